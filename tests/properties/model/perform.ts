import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { recordHeartbeat } from '../../../shared/commands/record-heartbeat.ts';
import { recordPresence } from '../../../shared/commands/record-presence.ts';
import { createRequests } from '../../support/requests.ts';
import type { Action } from './actions.ts';

const SECONDS_PER_DAY = 86_400;

/** What the service answers to an action; rejects with what it refuses. */
export async function perform(at: StoreFixture, action: Action): Promise<object> {
  const requests = createRequests(at);
  switch (action.kind) {
    case 'register':
      return requests.register(action);
    case 'update':
      return requests.update(action);
    case 'decommission': {
      const { retentionSeconds, ...input } = action;
      const until =
        retentionSeconds === undefined
          ? { legalHold: true }
          : { retentionDays: retentionSeconds / SECONDS_PER_DAY };
      return requests.decommission({ ...input, ...until });
    }
    case 'restore':
      return requests.restore(action);
    case 'hold':
      return requests.hold(action);
    case 'release': {
      const { retentionSeconds, ...input } = action;
      const retentionDays = retentionSeconds === undefined ? undefined : retentionSeconds / SECONDS_PER_DAY;
      return requests.release({ ...input, retentionDays });
    }
    case 'heartbeat':
      return recordHeartbeat({ deviceId: action.deviceId, lastSeenAt: action.seenAt }, at);
    case 'presence':
      return recordPresence(action, at);
    case 'purge':
      return requests.purge(action);
  }
}
