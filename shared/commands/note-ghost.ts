import type { InvalidDevice } from '../domain/device.ts';
import { countMessage, type GhostMessage, isGhost } from '../domain/ghost.ts';
import type { DeviceStore, GhostObserver, Timing } from '../ports.ts';

/** What whoever can meet a ghost needs. */
export interface GhostDependencies extends Timing {
  readonly store: Pick<DeviceStore, 'recordGhost'>;
  readonly observeGhost: GhostObserver;
}

/**
 * Reports a message of a device that is out of service, and counts it in the device's record, once a minute at the most.
 * What was sent before the device left, and arrives after, tells of no ghost.
 * @param invalidDevice its unexpired record, as it was just read
 */
export async function noteGhost(
  invalidDevice: InvalidDevice,
  message: GhostMessage,
  context: GhostDependencies,
): Promise<void> {
  if (!isGhost(invalidDevice, message)) return;
  const ghost = countMessage(invalidDevice.ghost, message);
  const isRecorded =
    ghost !== undefined &&
    (await context.store.recordGhost(invalidDevice, ghost, context)).outcome === 'recorded';
  const { at: decommissionedAt } = invalidDevice.decommission;
  context.observeGhost({ operation: message.operation, decommissionedAt, isRecorded });
}
