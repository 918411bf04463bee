import type { DeviceRecords, StoredRecord } from './records.ts';

export type DeviceState = 'active' | 'decommissioned' | 'purging' | 'unknown';

/** What `device show --json` prints. Fields are a contract: see docs/operations.md. Times are ISO 8601. */
export interface DeviceDescription {
  readonly deviceId: string;
  readonly state: DeviceState;
  readonly certificateIds: readonly string[];
  readonly legalHold: boolean;
  readonly guards: readonly {
    readonly id: string;
    readonly deviceId?: unknown;
    readonly expiresAt?: string;
  }[];
  /** What of the tables does not fit together; empty when all is well. */
  readonly problems: readonly string[];
  readonly [field: string]: unknown;
}

const COPIED = ['serialNumber', 'macAddress', 'name', 'type', 'version'] as const;
/** Of a record, and of what is in it. */
const TIMES = [
  'at',
  'requestedAt',
  'registeredAt',
  'updatedAt',
  'lastSeenAt',
  'firstSeenAt',
  'pendingSince',
  'completedAt',
];

const fromEpochMs = (value: unknown): unknown =>
  typeof value === 'number' ? new Date(value).toISOString() : value;

const fromEpochSeconds = (value: unknown): string | undefined =>
  typeof value === 'number' ? new Date(value * 1000).toISOString() : undefined;

/** With its times for people, and without what is for machines alone. */
function readable(value: unknown): StoredRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'sessionIdentifier' && key !== 'versionNumber')
      .map(([key, part]) => {
        if (key === 'ttl') return ['expiresAt', fromEpochSeconds(part)];
        return [key, TIMES.includes(key) ? fromEpochMs(part) : part];
      }),
  );
}

/** What the tables say of a device. `nowMs`: epoch milliseconds. */
export function describeDevice(deviceId: string, records: DeviceRecords, nowMs: number): DeviceDescription {
  const { device, invalidDevice, purge, guards } = records;
  const record = device ?? invalidDevice ?? {};
  const isOut = device === undefined && invalidDevice !== undefined;
  const { ttl } = isOut ? record : {};
  return compact({
    deviceId,
    state: stateOf(records),
    ...Object.fromEntries(COPIED.map((name) => [name, record[name]])),
    attributes: record['attributes'],
    certificateIds: (record['certificateIds'] as string[] | undefined) ?? [],
    credentials: credentialsOf(records),
    registeredAt: fromEpochMs(record['registeredAt']),
    updatedAt: fromEpochMs(record['updatedAt']),
    lastSeenAt: fromEpochMs(record['lastSeenAt']),
    presence: readable(record['presence']),
    decommission: readable(record['decommission']),
    legalHold: isOut && ttl === undefined,
    expiresAt: fromEpochSeconds(ttl),
    secondsLeft: typeof ttl === 'number' ? Math.max(0, Math.round(ttl - nowMs / 1000)) : undefined,
    hold: readable(record['hold']),
    release: readable(record['release']),
    ghost: readable(record['ghost']),
    pendingSince: fromEpochMs(record['pendingSince'] ?? purge?.['pendingSince']),
    purge: purge && { purgeId: purge['id'], ...readable(purge['purge']) },
    guards: guards.map(({ id, guard }) =>
      compact({ id, deviceId: guard?.['deviceId'], expiresAt: fromEpochSeconds(guard?.['ttl']) }),
    ),
    problems: problemsOf(deviceId, records),
  });
}

function stateOf({ device, invalidDevice, purge }: DeviceRecords): DeviceState {
  if (device !== undefined) return 'active';
  if (invalidDevice !== undefined) return 'decommissioned';
  return purge === undefined ? 'unknown' : 'purging';
}

/** How its certificates stand, as far as the service is concerned. */
function credentialsOf({ device, invalidDevice }: DeviceRecords): unknown {
  if (device !== undefined) return device['pendingSince'] === undefined ? 'active' : 'pending';
  return invalidDevice?.['credentials'];
}

function problemsOf(deviceId: string, { device, invalidDevice, guards }: DeviceRecords): readonly string[] {
  const both = device !== undefined && invalidDevice !== undefined ? ['It is in both tables.'] : [];
  const wrong = guards.flatMap(({ id, guard }) => {
    if (guard === undefined) return [`Its guard ${id} is missing.`];
    const owner = guard['deviceId'];
    return owner === deviceId ? [] : [`Its guard ${id} belongs to ${String(owner)}.`];
  });
  return [...both, ...wrong];
}

function compact<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
