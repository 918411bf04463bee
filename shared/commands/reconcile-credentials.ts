import { CredentialsBusy, DeviceNotFound, Throttled } from '../errors.ts';
import type { Credentials, DeviceStore, PendingCredentials, Timing } from '../ports.ts';
import { paceCredentials } from './pace-credentials.ts';
import {
  type SettleCredentialsDependencies,
  type SettleCredentialsResult,
  settleCredentials,
} from './settle-credentials.ts';
import { type WorkCounts, type WorkOutcome, workOff } from './work-off.ts';

export interface ReconcileCredentialsInput {
  /** Calls a second to each of AWS IoT's operations on certificates. */
  readonly callsPerSecond: number;
}

export interface ReconcileCredentialsResult extends WorkCounts {
  /** Milliseconds since which the oldest of what is left has been pending; 0 when nothing is left. */
  readonly oldestPendingMs: number;
}

export interface ReconcileCredentialsDependencies extends Timing {
  readonly store: Pick<DeviceStore, 'readBoth' | 'changeCredentials' | 'listPendingCredentials'>;
  readonly credentials: Credentials;
  readonly leaseId: string;
  sleep(ms: number): Promise<void>;
  /** Hears of what no other try is likely to mend, and of each device that was settled. */
  readonly observe: {
    settled(deviceId: string, result: SettleCredentialsResult): void;
    failed(deviceId: string, error: Error): void;
  };
}

const CONCURRENCY = 4;
/** After AWS IoT has throttled: somebody else uses the same quota. */
const PAUSE_MS = 1_000;

async function settle(
  { deviceId }: PendingCredentials,
  dependencies: ReconcileCredentialsDependencies,
  settling: SettleCredentialsDependencies,
): Promise<WorkOutcome> {
  try {
    dependencies.observe.settled(deviceId, await settleCredentials({ deviceId }, settling));
    return 'settled';
  } catch (error) {
    // Purged since the index said so: there is nothing left to be done.
    if (error instanceof DeviceNotFound) return 'settled';
    if (error instanceof Throttled) await dependencies.sleep(PAUSE_MS);
    if (error instanceof Throttled || error instanceof CredentialsBusy) return 'deferred';
    dependencies.observe.failed(deviceId, error instanceof Error ? error : new Error(String(error)));
    return 'failed';
  }
}

/**
 * Works off what is pending, the newest first, at a set rate, for as long as there is time. Whatever it does not get to,
 * or is killed at, stays pending for the next time. One at a time should run, since the rate is each one's own.
 * @throws Throttled, ServiceUnavailable when the tables cannot be read
 */
export async function reconcileCredentials(
  { callsPerSecond }: ReconcileCredentialsInput,
  dependencies: ReconcileCredentialsDependencies,
): Promise<ReconcileCredentialsResult> {
  const { store, clock } = dependencies;
  const credentials = paceCredentials(dependencies.credentials, callsPerSecond, dependencies);
  const settling = { ...dependencies, credentials };
  const { isNothingLeft, ...counts } = await workOff(
    {
      list: (limit) => store.listPendingCredentials('newestFirst', limit, dependencies),
      idOf: ({ deviceId }: PendingCredentials) => deviceId,
      work: (pending) => settle(pending, dependencies, settling),
      concurrency: CONCURRENCY,
      perSecond: callsPerSecond,
    },
    dependencies,
  );
  const [oldest] = isNothingLeft ? [] : await store.listPendingCredentials('oldestFirst', 1, dependencies);
  return {
    ...counts,
    oldestPendingMs: oldest === undefined ? 0 : Math.max(0, clock() - oldest.pendingSince),
  };
}
