import type { InvalidDevice } from '../domain/device.ts';
import { isExpired } from '../domain/retention.ts';
import { DeviceNotFound } from '../errors.ts';
import type { DeviceStore, Timing } from '../ports.ts';
import { CHANGED } from './attempts.ts';

/**
 * Finds out why a device was not in the main table, from both tables at one moment.
 * @returns its unexpired invalid record, or `CHANGED` when it is in the main table after all
 * @throws DeviceNotFound
 */
export async function findDecommissioned(
  deviceId: string,
  context: Timing & { readonly store: Pick<DeviceStore, 'readBoth'> },
): Promise<InvalidDevice | typeof CHANGED> {
  const { device, invalidDevice } = await context.store.readBoth(deviceId, context);
  if (device !== undefined) return CHANGED;
  if (invalidDevice === undefined || isExpired(invalidDevice.record, context.clock()))
    throw new DeviceNotFound(deviceId);
  return invalidDevice.record;
}
