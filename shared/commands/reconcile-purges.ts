import { deviceOfPurge, type Receipt } from '../domain/purge.ts';
import { StillAttached, TransientFault } from '../errors.ts';
import type { DeviceStore, PendingPurge, Remains, Timing } from '../ports.ts';
import { paceRemains } from './pace-credentials.ts';
import { type RemoveRemainsDependencies, removeRemains } from './remove-remains.ts';
import { type WorkCounts, type WorkOutcome, workOff } from './work-off.ts';

export interface ReconcilePurgesResult extends WorkCounts {
  /** Milliseconds since which the oldest of what is left has been pending; 0 when nothing is left. */
  readonly oldestPendingMs: number;
}

export interface ReconcilePurgesDependencies extends Timing {
  readonly store: Pick<DeviceStore, 'readBoth' | 'readPurge' | 'changePurge' | 'listPendingPurges'>;
  readonly remains: Remains;
  readonly leaseId: string;
  sleep(ms: number): Promise<void>;
  /** Hears of each device of which nothing is left, and of those of which something is. */
  readonly observe: {
    purged(deviceId: string, receipt: Receipt): void;
    /** Left for the next time, for a reason of its own. */
    deferred(deviceId: string, error: Error): void;
    failed(deviceId: string, error: Error): void;
  };
}

/** Many at a time, for each waits some seconds until AWS IoT has detached its certificates. */
const CONCURRENCY = 16;

async function remove(
  { purgeId }: PendingPurge,
  { observe }: ReconcilePurgesDependencies,
  removing: RemoveRemainsDependencies,
): Promise<WorkOutcome> {
  try {
    const removed = await removeRemains({ purgeId }, removing);
    if (removed !== undefined) observe.purged(removed.deviceId, removed.receipt);
    return 'settled';
  } catch (error) {
    const deviceId = deviceOfPurge(purgeId);
    if (error instanceof StillAttached) observe.deferred(deviceId, error);
    if (error instanceof TransientFault) return 'deferred';
    observe.failed(deviceId, error instanceof Error ? error : new Error(String(error)));
    return 'failed';
  }
}

/**
 * Removes what is left of devices that are purged, at a set rate, for as long as there is time; the newest first, so
 * that those which cannot be removed hold up nobody. Whatever it does not get to, or is killed at, stays pending for the next time, however long that takes.
 * @param callsPerSecond to each of AWS IoT's operations on certificates
 * @throws Throttled, ServiceUnavailable when the tables cannot be read
 */
export async function reconcilePurges(
  { callsPerSecond }: { readonly callsPerSecond: number },
  dependencies: ReconcilePurgesDependencies,
): Promise<ReconcilePurgesResult> {
  const { store, clock } = dependencies;
  const remains = paceRemains(dependencies.remains, callsPerSecond, dependencies);
  const removing = { ...dependencies, remains };
  const { isNothingLeft, ...counts } = await workOff(
    {
      list: (limit) => store.listPendingPurges('newestFirst', limit, dependencies),
      idOf: ({ purgeId }: PendingPurge) => purgeId,
      work: (pending) => remove(pending, dependencies, removing),
      concurrency: CONCURRENCY,
      perSecond: callsPerSecond,
    },
    dependencies,
  );
  const [oldest] = isNothingLeft ? [] : await store.listPendingPurges('oldestFirst', 1, dependencies);
  return {
    ...counts,
    oldestPendingMs: oldest === undefined ? 0 : Math.max(0, clock() - oldest.pendingSince),
  };
}
