import type { DeviceRow } from '../../../contract/devices.ts';
import { csvOf, harmless } from '../../csv.ts';

const TIMES = ['lastSeenAt', 'expiresAtMs', 'pendingSince', 'purgedAt'] as const;
const TEXTS = ['serialNumber', 'macAddress', 'type', 'name'] as const;
/** `deviceId` is what runs of fleets go by. */
const HEADER = ['deviceId', 'state', ...TEXTS, 'lastSeenAt', 'expiresAt', 'pendingSince', 'purgedAt'];

/** Devices as CSV, with times in ISO 8601. An id may begin with a hyphen, and holds no formula. */
export const csvOfDevices = (rows: Iterable<DeviceRow>): string =>
  csvOf([
    HEADER,
    ...[...rows].map((row) => [
      row.deviceId,
      row.state,
      ...TEXTS.map((name) => harmless(row[name] ?? '')),
      ...TIMES.map((name) => isoOf(row[name])),
    ]),
  ]);

const isoOf = (at: number | undefined): string => (at === undefined ? '' : new Date(at).toISOString());
