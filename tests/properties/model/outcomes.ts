import type { StoreFixture } from '../../support/store-fixture.ts';
import type { Action } from './actions.ts';
import type { Model } from './model.ts';
import type { Outcome } from './outcome.ts';
import { perform } from './perform.ts';

/** What the model says to an action. */
export function expectedOf(model: Model, action: Action): Outcome {
  switch (action.kind) {
    case 'register':
      return model.register(action);
    case 'update':
      return model.update(action);
    case 'decommission':
      return model.decommission(action);
    case 'restore':
      return model.restore(action);
    case 'hold':
    case 'release':
      return model.changeHold(action);
    case 'heartbeat':
      return model.heartbeat(action);
    case 'purge':
      return model.purge(action);
  }
}

/** What the service says: the answer's fields that matter, or the name of the error. */
export async function outcomeOf(at: StoreFixture, action: Action): Promise<Outcome> {
  try {
    const answer = (await perform(at, action)) as Record<string, unknown>;
    const { deviceId: _, credentials: __, purgeId: ___, ...outcome } = answer;
    return outcome;
  } catch (error) {
    if (error instanceof Error && error.name !== 'Error') return error.name;
    throw error;
  }
}
