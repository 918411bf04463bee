import type { HoldRelease, InvalidDevice } from '../domain/device.ts';
import { type RetentionPolicy, retentionDaysFor, ttlAfter, ttlAfterSeconds } from '../domain/retention.ts';
import type { DeviceStore } from '../ports.ts';
import { CHANGED } from './attempts.ts';
import { changeLegalHold, type HoldDependencies, type HoldRequest } from './legal-hold.ts';

export interface ReleaseDeviceInput extends HoldRequest {
  readonly reason?: string | undefined;
  /** In place of what was left of the retention. */
  readonly retentionDays?: number | undefined;
}

/** `ttl` is in epoch seconds. */
export interface ReleaseDeviceResult {
  readonly deviceId: string;
  readonly outcome: 'released' | 'notHeld';
  readonly ttl: number;
}

/** What was left when the clock stopped; a hold that came with the decommissioning has stopped none. */
function ttlFrom(
  nowEpochMs: number,
  { retentionDays }: ReleaseDeviceInput,
  { type, hold }: InvalidDevice,
  policy: RetentionPolicy,
): number {
  return hold === undefined || retentionDays !== undefined
    ? ttlAfter(nowEpochMs, retentionDaysFor(policy, { type, requestedDays: retentionDays }))
    : ttlAfterSeconds(nowEpochMs, hold.remainingSeconds);
}

function toRelease(input: ReleaseDeviceInput, at: number, ttl: number): HoldRelease {
  const { reason, requestedBy, requestId, requestedAt, correlationId } = input;
  return {
    at,
    requestedBy,
    requestId,
    requestedAt,
    ttl,
    ...(reason !== undefined && { reason }),
    ...(correlationId !== undefined && { correlationId }),
  };
}

/**
 * Lifts the legal hold of a record: in one transaction, it and its guards expire again. What was left of the retention
 * when the hold began counts from now on, or `retentionDays`; where nothing had been counted, the retention of its type.
 * @throws DeviceNotFound, DeviceInService, RetentionExpired, StaleRequest when the decommissioning, or a hold, was asked
 * for after this request
 */
export function releaseDevice(
  input: ReleaseDeviceInput,
  dependencies: HoldDependencies & {
    readonly store: Pick<DeviceStore, 'release'>;
    readonly retention: RetentionPolicy;
  },
): Promise<ReleaseDeviceResult> {
  const { deviceId, requestId } = input;
  return changeLegalHold<ReleaseDeviceResult>(
    input,
    {
      answered: ({ release }) =>
        release?.requestId === requestId ? { deviceId, outcome: 'released', ttl: release.ttl } : undefined,
      plan: (current) => {
        const { record } = current;
        if (record.ttl !== undefined) {
          return { answer: { deviceId, outcome: 'notHeld', ttl: record.ttl } };
        }
        const carryOut = async () => {
          const now = dependencies.clock();
          const ttl = ttlFrom(now, input, record, dependencies.retention);
          const release = toRelease(input, now, ttl);
          const { outcome } = await dependencies.store.release(current, release, dependencies);
          return outcome === 'changed' ? CHANGED : { deviceId, outcome, ttl };
        };
        return { carryOut };
      },
    },
    dependencies,
  );
}
