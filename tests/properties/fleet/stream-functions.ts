import type { Random } from '@device-lifecycle/test-kit/random.ts';
import { toSnapshot } from '../../../shared/adapters/device-store/records.ts';
import { toStreamedWrite } from '../../../shared/adapters/streamed-writes.ts';
import { publishEvents } from '../../../shared/commands/publish-events.ts';
import type { InvalidDevice } from '../../../shared/domain/device.ts';
import type { LifecycleEvent } from '../../../shared/domain/lifecycle-event.ts';
import { expiredPurge } from '../../../shared/domain/purge.ts';
import { Throttled } from '../../../shared/errors.ts';
import type { DeviceStore, EventBus } from '../../../shared/ports.ts';
import { aContext } from '../../support/lambda.ts';
import { Killed, mortal } from '../mortal.ts';
import type { Invoke } from './shard-reader.ts';

/** How likely a write of a batch is throttled for too long, which fails its record. */
const THROTTLING = 0.005;

/** The middleware writes no lines, which would be as many as records. */
async function loadStacks() {
  Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' });
  const { onStream } = await import('../../../shared/middleware/stream.ts');
  const { onStreamBatch } = await import('../../../shared/middleware/stream-batch.ts');
  return { onStream, onStreamBatch };
}

type Answer = Exclude<Awaited<ReturnType<Invoke>>, undefined>;

/** Ends what is running: once for each key that it was made for. */
function createKiller(keys: Iterable<string>) {
  const doomed = new Set(keys);
  let kills = 0;
  return {
    kills: () => kills,
    meets(key: string): boolean {
      if (!doomed.delete(key)) return false;
      kills += 1;
      return true;
    },
  };
}

interface Dying {
  /** The devices at whose record it is killed, once each: before what it does, or after. */
  readonly at: Iterable<string>;
  readonly random: Random;
}

/** `settle-moved-devices`, as far as removals go: notes what is left of devices whose records are gone. */
export async function createRecorder(store: Pick<DeviceStore, 'recordPurge'>, { at, random }: Dying) {
  const { onStream } = await loadStacks();
  const killer = createKiller(at);
  const invoke: Invoke = async (Records) => {
    let isDead = false;
    const dieAt = (deviceId: string) => {
      isDead ||= killer.meets(deviceId);
    };
    const isKilledBefore = random.chance(0.5);
    const itsStore = mortal(store, () => isDead);
    const handler = onStream({
      operation: 'settleCredentials',
      moved: () => Promise.reject(new Error('Nothing has moved.')),
      async removed({ item, removedAt }, timing) {
        const { record } = toSnapshot<InvalidDevice>({ ...item });
        if (random.chance(THROTTLING)) throw new Throttled('DynamoDB throttled the request for too long.');
        if (isKilledBefore) dieAt(record.id);
        await itsStore.recordPurge(expiredPurge(record, removedAt), timing);
        if (!isKilledBefore) dieAt(record.id);
        return { outcome: 'expired' };
      },
    });
    const answer = await handler({ Records }, aContext());
    return isDead ? undefined : (answer as Answer);
  };
  return { invoke, kills: killer.kills };
}

/** `publish-events`, with all that the bus was told, in order. */
export async function createTeller({ at, random }: Dying) {
  const { onStreamBatch } = await loadStacks();
  const killer = createKiller(at);
  const told: LifecycleEvent[] = [];
  const invoke: Invoke = async (Records) => {
    let isDead = false;
    const isKilledBefore = random.chance(0.5);
    const bus: EventBus = {
      async put(events) {
        isDead ||= events.some(({ detail }) => killer.meets(detail.deviceId));
        if (isDead && isKilledBefore) throw new Killed();
        told.push(...events);
        return new Map();
      },
    };
    const handler = onStreamBatch({ operation: 'publishEvents' }, async (records, timing) => {
      const { published: _, ...rest } = await publishEvents(records.values().map(toStreamedWrite), {
        ...timing,
        bus,
      });
      return { handled: [], ...rest };
    });
    const answer = await handler({ Records }, aContext());
    return isDead ? undefined : (answer as Answer);
  };
  return { invoke, told, kills: killer.kills };
}
