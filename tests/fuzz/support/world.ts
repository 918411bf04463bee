import { aDecommission, aDevice, aHold, aRestore } from '@device-lifecycle/test-kit/devices.ts';
import { claimGuard } from '../../../shared/adapters/device-store/guards.ts';
import { purgeItem } from '../../../shared/adapters/device-store/purges.ts';
import { toInvalidItem, toItem, toSnapshot } from '../../../shared/adapters/device-store/records.ts';
import type { Device, InvalidDevice } from '../../../shared/domain/device.ts';
import { claimsOf, guardId } from '../../../shared/domain/identifiers.ts';
import { requestedPurge } from '../../../shared/domain/purge.ts';
import type { MemoryTables, Table } from './memory-tables.ts';

/** What no answer and no log line may say: it stands in what devices keep in their attributes, and in their names. */
export const SECRET = 'hush-7f3a';

const HOUR_MS = 3_600_000;
const NOW = Date.now();
const REGISTERED = NOW - 100 * HOUR_MS;
const GONE_SINCE = Math.floor(NOW / 1000) - 60;
const TO_COME = Math.floor(NOW / 1000) + 86_400;

const inService = (id: string, changes: Partial<Device> = {}): Device =>
  aDevice({
    id,
    name: `${SECRET} name`,
    attributes: { secret: SECRET, room: { floor: 3 } },
    registeredAt: REGISTERED,
    updatedAt: REGISTERED,
    certificateIds: ['c'.repeat(64)],
    ...changes,
  });

function addDevice({ devices }: MemoryTables, device: Device, guard: object = {}): void {
  devices.set(device.id, toItem(device));
  for (const claim of claimsOf(device)) devices.set(guardId(claim), claimGuard(claim, device.id, guard));
}

function addInvalid(tables: MemoryTables, device: Device, afterlife: Partial<InvalidDevice>): void {
  const decommission = aDecommission({ at: NOW - HOUR_MS, requestedAt: NOW - HOUR_MS, source: 'device' });
  const { ttl } = afterlife;
  const invalid = toInvalidItem(toSnapshot<Device>(toItem(device)), { decommission, ttl });
  tables.invalidDevices.set(device.id, { ...invalid, ...toItem(afterlife) });
  for (const claim of claimsOf(device)) {
    tables.devices.set(guardId(claim), claimGuard(claim, device.id, { ttl }));
  }
}

/** In service: `sensor-1`, `sensor-2`, and `back`, which was restored. Out of it: `retired`, `held`, `gone`. */
function createTables(): MemoryTables {
  const tables: MemoryTables = { devices: new Map(), invalidDevices: new Map() };
  addDevice(tables, inService('sensor-1', { macAddress: '02:00:5e:10:00:0a' }));
  addDevice(tables, inService('sensor-2', { macAddress: '02:00:5e:10:00:0b', type: 'camera' }));
  addDevice(tables, inService('back', { version: 2 }), {
    lastRestore: aRestore({ requestedAt: NOW - HOUR_MS }),
  });
  addInvalid(tables, inService('retired'), { ttl: TO_COME });
  addInvalid(tables, inService('held'), { hold: aHold({ at: NOW, requestedAt: NOW - HOUR_MS }) });
  addInvalid(tables, inService('gone'), { ttl: GONE_SINCE });
  const retired = toSnapshot<InvalidDevice>(tables.invalidDevices.get('retired') ?? {}).record;
  const purge = { at: NOW, requestId: 'purge-1', requestedBy: 'operator', reason: 'as asked' };
  const remains = requestedPurge({ ...retired, id: 'purged' }, purge);
  tables.invalidDevices.set(remains.id, purgeItem(remains));
  return tables;
}

const TABLES = createTables();

/** Ids of the world's devices, those of them that act for themselves, and what is like them. */
export const WORLD_IDS = ['sensor-1', 'sensor-2', 'back', 'retired', 'held', 'gone', 'newcomer'] as const;

export const copyWorld = (): MemoryTables => ({
  devices: new Map(TABLES.devices),
  invalidDevices: new Map(TABLES.invalidDevices),
});

const differences = (before: Table, after: Table): readonly string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((id) => before.get(id) !== after.get(id));

/** Ids of the items that are no longer as they were in the world's beginning. */
export const changedIn = ({ devices, invalidDevices }: MemoryTables): readonly string[] => [
  ...differences(TABLES.devices, devices),
  ...differences(TABLES.invalidDevices, invalidDevices),
];

/** Whose an item is: the device's of the record, of the guard, or of the purge. */
export function ownerOf(id: string, { devices, invalidDevices }: MemoryTables): string {
  const find = (table: Table) => table.get(id)?.['deviceId']?.S;
  return find(devices) ?? find(invalidDevices) ?? find(TABLES.devices) ?? find(TABLES.invalidDevices) ?? id;
}
