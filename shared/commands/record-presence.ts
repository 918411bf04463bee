import type { Presence } from '../domain/device.ts';
import { DEVICE_ID_PATTERN } from '../domain/identifiers.ts';
import { isExpired } from '../domain/retention.ts';
import type { DeviceStore, SightingOutcome } from '../ports.ts';
import { type GhostDependencies, noteGhost } from './note-ghost.ts';

export interface RecordPresenceInput {
  readonly deviceId: string;
  readonly presence: Presence;
}

type PresenceDependencies = GhostDependencies & {
  readonly store: Pick<DeviceStore, 'recordPresence' | 'readInvalidDevice'>;
};

/** A device that is out of service and connects is a ghost; one that goes does what a decommissioned device should. */
async function noteConnection(
  { deviceId, presence: { connected, at } }: RecordPresenceInput,
  context: PresenceDependencies,
): Promise<void> {
  if (!connected) return;
  const found = await context.store.readInvalidDevice(deviceId, context);
  if (found === undefined || isExpired(found.record, context.clock())) return;
  await noteGhost(found.record, { operation: 'presence', receivedAt: at }, context);
}

/**
 * Notes whether a device is connected. Events come late, twice and out of order, and from clients that are no
 * devices (whose id could even be that of a guard): whatever is not newer, or not of a device in service, changes nothing
 * but that of a device out of service the connection is noted as a ghost's.
 */
export async function recordPresence(
  input: RecordPresenceInput,
  context: PresenceDependencies,
): Promise<SightingOutcome> {
  const { deviceId, presence } = input;
  if (!DEVICE_ID_PATTERN.test(deviceId)) return { outcome: 'deviceMissing' };
  const result = await context.store.recordPresence(deviceId, presence, context);
  if (result.outcome === 'deviceMissing') await noteConnection(input, context);
  return result;
}
