import { isExpired } from '../domain/retention.ts';
import { DeviceNotFound } from '../errors.ts';
import type { DeviceStore, Timing } from '../ports.ts';
import { CHANGED, untilUnchanged } from './attempts.ts';

/**
 * Ends the afterlife of a decommissioned device before its TTL does, and frees its identifiers.
 * @throws DeviceNotFound when it is not decommissioned, or its retention is over already
 */
export function purgeDevice(
  { deviceId }: { readonly deviceId: string },
  context: Timing & { readonly store: Pick<DeviceStore, 'readInvalidDevice' | 'purge'> },
): Promise<{ readonly deviceId: string; readonly outcome: 'purged' }> {
  const { store, clock } = context;
  return untilUnchanged(async () => {
    const current = await store.readInvalidDevice(deviceId, context);
    if (current === undefined || isExpired(current.record, clock())) throw new DeviceNotFound(deviceId);
    const { outcome } = await store.purge(current, context);
    return outcome === 'changed' ? CHANGED : { deviceId, outcome };
  }, context);
}
