import type { Presence } from '../domain/device.ts';
import type { CommandContext, DeviceStore, SightingOutcome } from '../ports.ts';

export interface RecordPresenceInput {
  readonly deviceId: string;
  readonly presence: Presence;
}

/**
 * Notes whether a device is connected. Events come late, twice and out of order, and from clients that are no
 * devices: whatever is not newer, or not of a device in service, changes nothing.
 */
export async function recordPresence(
  { deviceId, presence }: RecordPresenceInput,
  { store, clock, deadlineEpochMs }: CommandContext & { readonly store: DeviceStore },
): Promise<SightingOutcome> {
  return store.recordPresence(deviceId, presence, { nowEpochMs: clock(), deadlineEpochMs });
}
