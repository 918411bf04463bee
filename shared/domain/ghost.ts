import type { Ghost, InvalidDevice } from './device.ts';

/** A message under the name of a device that is out of service. */
export interface GhostMessage {
  readonly operation: Ghost['lastOperation'];
  /** Epoch milliseconds at which AWS IoT received it. */
  readonly receivedAt: number;
}

/**
 * A write costs the whole size of the record, which may be large, and whoever is out of service may send without end.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export const GHOST_RECORDED_EVERY_MS = 60_000;

/** Whether a message came after the device had left service, and not merely arrived after. */
export const isGhost = (
  { decommission }: Pick<InvalidDevice, 'decommission'>,
  { receivedAt }: GhostMessage,
): boolean => receivedAt > decommission.at;

/** The ghost with one more message; `undefined` for one that is late, repeated, or of the same minute as the last. */
export function countMessage(
  ghost: Ghost | undefined,
  { operation, receivedAt }: GhostMessage,
): Ghost | undefined {
  if (ghost === undefined) {
    return { count: 1, firstSeenAt: receivedAt, lastSeenAt: receivedAt, lastOperation: operation };
  }
  if (receivedAt < ghost.lastSeenAt + GHOST_RECORDED_EVERY_MS) return undefined;
  const { count, firstSeenAt } = ghost;
  return { count: count + 1, firstSeenAt, lastSeenAt: receivedAt, lastOperation: operation };
}
