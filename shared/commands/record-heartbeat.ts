import type { DeviceStore, Timing } from '../ports.ts';
import { untilUnchanged } from './attempts.ts';
import { refuseMissingDevice } from './missing-device.ts';

export interface RecordHeartbeatInput {
  readonly deviceId: string;
  /** Epoch milliseconds at which AWS IoT received the heartbeat. */
  readonly lastSeenAt: number;
}

/**
 * Notes that a device was seen. Late and repeated heartbeats change nothing, and none brings a device back.
 * @throws DeviceNotFound, DeviceDecommissioned
 */
export function recordHeartbeat(
  { deviceId, lastSeenAt }: RecordHeartbeatInput,
  context: Timing & { readonly store: Pick<DeviceStore, 'recordHeartbeat' | 'readBoth'> },
): Promise<RecordHeartbeatInput> {
  return untilUnchanged(async () => {
    const { outcome } = await context.store.recordHeartbeat(deviceId, lastSeenAt, context);
    return outcome === 'deviceMissing' ? refuseMissingDevice(deviceId, context) : { deviceId, lastSeenAt };
  }, context);
}
