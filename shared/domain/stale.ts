import type { Device } from './device.ts';

/** A device that has not been seen for long: a row of what an operator is proposed. */
export interface StaleDevice extends Pick<Device, 'serialNumber' | 'type'> {
  readonly deviceId: string;
  /** Epoch milliseconds. */
  readonly lastSeenAt: number;
}

/** Of the file that an operator is proposed, in their order. */
export const STALE_COLUMNS = ['deviceId', 'lastSeenAt', 'type', 'serialNumber'] as const;

const MS_PER_DAY = 86_400_000;

/** Epoch milliseconds: who was last seen before has been unseen for so many days. */
export const seenBefore = (nowEpochMs: number, unseenDays: number): number =>
  Math.floor(nowEpochMs - unseenDays * MS_PER_DAY);

/** Heartbeats and presence both count as seen, and so does the registration. */
export function toStaleDevice({
  id,
  serialNumber,
  type,
  registeredAt,
  lastSeenAt = 0,
  presence,
}: Pick<Device, 'id' | 'serialNumber' | 'type' | 'registeredAt' | 'lastSeenAt' | 'presence'>): StaleDevice {
  return {
    deviceId: id,
    serialNumber,
    ...(type !== undefined && { type }),
    lastSeenAt: Math.max(registeredAt, lastSeenAt, presence?.at ?? 0),
  };
}
