import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { IdentifierTaken } from '../../../shared/errors.ts';
import type { Action } from './actions.ts';
import type { Model } from './model.ts';
import { identifierTaken, type Outcome } from './outcome.ts';
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
    case 'presence':
      return model.presence(action);
    case 'purge':
      return model.purge(action);
  }
}

/** The fields that matter of what the service answers. */
export function acceptedOutcome(answer: Readonly<Record<string, unknown>>): Outcome {
  const { deviceId: _, credentials: __, purgeId: ___, ...outcome } = answer;
  return outcome;
}

export const refusedOutcome = (error: Error): Outcome =>
  error instanceof IdentifierTaken ? identifierTaken(String(error.details['owner'])) : error.name;

/** What the service says: the answer's fields that matter, or the name of the error. */
export async function outcomeOf(at: StoreFixture, action: Action): Promise<Outcome> {
  try {
    return acceptedOutcome((await perform(at, action)) as Record<string, unknown>);
  } catch (error) {
    if (error instanceof Error && error.name !== 'Error') return refusedOutcome(error);
    throw error;
  }
}
