import type { DeviceRow } from '../../../contract/devices.ts';

const TIMES = ['lastSeenAt', 'expiresAtMs', 'pendingSince', 'purgedAt'] as const;
/** `deviceId` is what runs of fleets go by. */
const COLUMNS = ['deviceId', 'state', 'serialNumber', 'macAddress', 'type', 'name'] as const;
const HEADER = [...COLUMNS, 'lastSeenAt', 'expiresAt', 'pendingSince', 'purgedAt'];

/** Devices as CSV, with times in ISO 8601. A spreadsheet takes no text of a device for a formula. */
export function csvOf(rows: Iterable<DeviceRow>): string {
  const lines = [...rows].map((row) => [
    ...COLUMNS.map((name) => (name === 'deviceId' ? quoted(row[name]) : quoted(guarded(row[name] ?? '')))),
    ...TIMES.map((name) => isoOf(row[name])),
  ]);
  return [HEADER, ...lines].map((fields) => `${fields.join(',')}\r\n`).join('');
}

const isoOf = (at: number | undefined): string => (at === undefined ? '' : new Date(at).toISOString());

/** An id may begin with a hyphen, and holds no formula. https://owasp.org/www-community/attacks/CSV_Injection */
const guarded = (text: string): string => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
