import { isExpired } from '../domain/retention.ts';
import { DeviceNotFound } from '../errors.ts';
import type { CommandContext, DeviceStore } from '../ports.ts';
import { CHANGED, untilUnchanged } from './attempts.ts';

/**
 * Ends the afterlife of a decommissioned device before its TTL does, and frees its identifiers.
 * @throws DeviceNotFound when it is not decommissioned, or its retention is over already
 */
export function purgeDevice(
  { deviceId }: { readonly deviceId: string },
  { store, clock, deadlineEpochMs }: CommandContext & { readonly store: DeviceStore },
): Promise<{ readonly deviceId: string; readonly outcome: 'purged' }> {
  return untilUnchanged(
    async () => {
      const nowEpochMs = clock();
      const current = await store.readInvalidDevice(deviceId);
      if (current === undefined || isExpired(current.record, nowEpochMs)) throw new DeviceNotFound(deviceId);
      const { outcome } = await store.purge(current, { nowEpochMs, deadlineEpochMs });
      return outcome === 'changed' ? CHANGED : { deviceId, outcome };
    },
    { clock, deadlineEpochMs },
  );
}
