import type { LegalHold } from '../domain/device.ts';
import { remainingSeconds } from '../domain/retention.ts';
import type { DeviceStore } from '../ports.ts';
import { CHANGED } from './attempts.ts';
import { changeLegalHold, type HoldDependencies, type HoldRequest } from './legal-hold.ts';

export interface HoldDeviceInput extends HoldRequest {
  readonly reason: string;
}

export interface HoldDeviceResult {
  readonly deviceId: string;
  readonly outcome: 'held' | 'alreadyHeld';
}

function toLegalHold(input: HoldDeviceInput, at: number, ttl: number): LegalHold {
  const { reason, requestedBy, requestId, requestedAt, correlationId } = input;
  return {
    at,
    reason,
    requestedBy,
    requestId,
    requestedAt,
    remainingSeconds: remainingSeconds(ttl, at),
    ...(correlationId !== undefined && { correlationId }),
  };
}

/**
 * Puts the record of a device out of service under legal hold: in one transaction, neither it nor its guards expire any
 * more, until the hold is lifted or the device restored. The clock of its retention stands still meanwhile.
 * @throws DeviceNotFound, DeviceInService, RetentionExpired, StaleRequest when the decommissioning, or a release, was
 * asked for after this request
 */
export function holdDevice(
  input: HoldDeviceInput,
  dependencies: HoldDependencies & { readonly store: Pick<DeviceStore, 'hold'> },
): Promise<HoldDeviceResult> {
  const { deviceId, requestId } = input;
  return changeLegalHold<HoldDeviceResult>(
    input,
    {
      answered: ({ hold }) => (hold?.requestId === requestId ? { deviceId, outcome: 'held' } : undefined),
      plan: (current) => {
        const { ttl } = current.record;
        if (ttl === undefined) return { answer: { deviceId, outcome: 'alreadyHeld' } };
        const carryOut = async () => {
          const hold = toLegalHold(input, dependencies.clock(), ttl);
          const { outcome } = await dependencies.store.hold(current, hold, dependencies);
          return outcome === 'changed' ? CHANGED : { deviceId, outcome };
        };
        return { carryOut };
      },
    },
    dependencies,
  );
}
