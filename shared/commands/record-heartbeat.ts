import { DeviceDecommissioned } from '../errors.ts';
import type { DeviceStore } from '../ports.ts';
import { CHANGED, untilUnchanged } from './attempts.ts';
import { findDecommissioned } from './missing-device.ts';
import { type GhostDependencies, noteGhost } from './note-ghost.ts';

export interface RecordHeartbeatInput {
  readonly deviceId: string;
  /** Epoch milliseconds at which AWS IoT received the heartbeat. */
  readonly lastSeenAt: number;
}

/**
 * Notes that a device was seen. Late and repeated heartbeats change nothing, and none brings a device back; one of a
 * device that is out of service tells of a ghost.
 * @throws DeviceNotFound, DeviceDecommissioned
 */
export function recordHeartbeat(
  { deviceId, lastSeenAt }: RecordHeartbeatInput,
  context: GhostDependencies & { readonly store: Pick<DeviceStore, 'recordHeartbeat' | 'readBoth'> },
): Promise<RecordHeartbeatInput> {
  return untilUnchanged(async () => {
    const { outcome } = await context.store.recordHeartbeat(deviceId, lastSeenAt, context);
    if (outcome !== 'deviceMissing') return { deviceId, lastSeenAt };
    const found = await findDecommissioned(deviceId, context);
    if (found === CHANGED) return CHANGED;
    await noteGhost(found, { operation: 'heartbeat', receivedAt: lastSeenAt }, context);
    throw new DeviceDecommissioned(deviceId);
  }, context);
}
