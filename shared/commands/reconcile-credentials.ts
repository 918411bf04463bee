import { CredentialsBusy, DeviceNotFound, Throttled } from '../errors.ts';
import type { Credentials, DeviceStore, PendingCredentials, Timing } from '../ports.ts';
import { paceCredentials } from './pace-credentials.ts';
import {
  type SettleCredentialsDependencies,
  type SettleCredentialsResult,
  settleCredentials,
} from './settle-credentials.ts';

export interface ReconcileCredentialsInput {
  /** Calls a second to each of AWS IoT's operations on certificates. */
  readonly callsPerSecond: number;
}

export interface ReconcileCredentialsResult {
  readonly settled: number;
  /** Left for the next time: somebody else is at it, or AWS IoT refused to hear of more. */
  readonly deferred: number;
  readonly failed: number;
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

/** Devices at a time: one waits for DynamoDB while another waits for its turn with AWS IoT. */
const CONCURRENCY = 4;
/** A device is begun only while there is time to end it. */
const LONGEST_DEVICE_MS = 5_000;
/** After AWS IoT has throttled: somebody else uses the same quota. */
const PAUSE_MS = 1_000;

type Outcome = 'settled' | 'deferred' | 'failed';

async function settle(
  { deviceId }: PendingCredentials,
  dependencies: ReconcileCredentialsDependencies,
  settling: SettleCredentialsDependencies,
): Promise<Outcome> {
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
  const { store, clock, deadlineEpochMs } = dependencies;
  const credentials = paceCredentials(dependencies.credentials, callsPerSecond, dependencies);
  const settling = { ...dependencies, credentials };
  const count: Record<Outcome, number> = { settled: 0, deferred: 0, failed: 0 };
  const seen = new Set<string>();
  const hasTime = () => clock() + LONGEST_DEVICE_MS < deadlineEpochMs;

  while (hasTime()) {
    const secondsLeft = (deadlineEpochMs - clock()) / 1000;
    // As many as there is time for. The index may still list what is done, so that as many more are asked for.
    const limit = Math.ceil(callsPerSecond * secondsLeft) + seen.size;
    const listed = await store.listPendingCredentials('newestFirst', limit, dependencies);
    const pending = listed.filter(({ deviceId }) => !seen.has(deviceId));
    if (pending.length === 0) break;
    const queue = pending.values();
    const worker = async () => {
      for (const next of queue) {
        if (!hasTime()) return;
        seen.add(next.deviceId);
        count[await settle(next, dependencies, settling)] += 1;
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  }
  const [oldest] = await store.listPendingCredentials('oldestFirst', 1, dependencies);
  return { ...count, oldestPendingMs: oldest === undefined ? 0 : Math.max(0, clock() - oldest.pendingSince) };
}
