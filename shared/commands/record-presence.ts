import type { Presence } from '../domain/device.ts';
import { DEVICE_ID_PATTERN } from '../domain/identifiers.ts';
import type { DeviceStore, SightingOutcome, Timing } from '../ports.ts';

export interface RecordPresenceInput {
  readonly deviceId: string;
  readonly presence: Presence;
}

/**
 * Notes whether a device is connected. Events come late, twice and out of order, and from clients that are no
 * devices (whose id could even be that of a guard): whatever is not newer, or not of a device in service, changes nothing.
 */
export async function recordPresence(
  { deviceId, presence }: RecordPresenceInput,
  context: Timing & { readonly store: Pick<DeviceStore, 'recordPresence'> },
): Promise<SightingOutcome> {
  if (!DEVICE_ID_PATTERN.test(deviceId)) return { outcome: 'deviceMissing' };
  return context.store.recordPresence(deviceId, presence, context);
}
