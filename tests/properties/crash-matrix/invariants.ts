import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Device, Guard, InvalidDevice } from '../../../shared/domain/device.ts';
import { claimsOf, guardId } from '../../../shared/domain/identifiers.ts';
import { isDeviceRecord, type PurgeRecord } from '../../../shared/domain/purge.ts';
import type { Cloud } from './cloud.ts';
import type { Items } from './kept-tables.ts';

type Records<T> = ReadonlyMap<string, T>;

/** The tables as the service understands them. */
interface State {
  readonly devices: Records<Device>;
  readonly guards: Records<Guard>;
  readonly invalidDevices: Records<InvalidDevice>;
  readonly purges: Records<PurgeRecord>;
}

/** A promise that is broken. */
class Broken extends Error {
  override readonly name = 'Broken';
}

function hold(isSo: boolean, message: () => string): void {
  if (!isSo) throw new Broken(message());
}

function read(items: Items): State {
  const plain = (table: keyof Items) =>
    [...items[table]].map(([id, item]) => [id, unmarshall(item)] as const);
  const isGuard = (id: string) => id.includes('#');
  const [main, invalid] = [plain('devices'), plain('invalidDevices')];
  return {
    devices: new Map(main.filter(([id]) => !isGuard(id))) as Map<string, never>,
    guards: new Map(main.filter(([id]) => isGuard(id))) as Map<string, never>,
    invalidDevices: new Map(invalid.filter(([id]) => isDeviceRecord(id))) as Map<string, never>,
    purges: new Map(invalid.filter(([id]) => !isDeviceRecord(id))) as Map<string, never>,
  };
}

/** A device that is known is in one table; or its end is noted, or is about to be, by whoever hears of its removal. */
function conservation(state: State, known: ReadonlySet<string>, expired: ReadonlySet<string>): void {
  for (const id of known) {
    const places = Number(state.devices.has(id)) + Number(state.invalidDevices.has(id));
    const isPurged = [...state.purges.values()].some(({ deviceId }) => deviceId === id);
    hold(places <= 1, () => `"${id}" is in both tables.`);
    hold(places === 1 || isPurged || expired.has(id), () => `"${id}" is lost.`);
    hold(!(places === 1 && isPurged), () => `"${id}" is there, and purged.`);
  }
}

/** Each device has its guards, with its own ttl; and each guard without an end has its device. */
function guards({ devices, invalidDevices, guards }: State): void {
  const owned = new Set<string>();
  for (const record of [...devices.values(), ...invalidDevices.values()]) {
    const { ttl } = record as Partial<InvalidDevice>;
    for (const claim of claimsOf(record)) {
      const id = guardId(claim);
      const guard = guards.get(id);
      hold(guard?.deviceId === record.id, () => `"${record.id}" has no guard ${id}.`);
      hold(guard?.ttl === ttl, () => `The guard ${id} has the ttl ${guard?.ttl}, and its record ${ttl}.`);
      owned.add(id);
    }
  }
  for (const [id, { ttl }] of guards) {
    hold(owned.has(id) || ttl !== undefined, () => `The guard ${id} is nobody's, and has no end.`);
  }
}

const certificatesOf = ({ certificateIds, credentialsWork }: Device): readonly string[] => [
  ...certificateIds,
  ...(credentialsWork?.deactivation?.certificateIds ?? []),
];

/** What is not as it should be in AWS IoT is noted, where a schedule finds it. */
function access({ devices, invalidDevices }: State, { iot }: Cloud): void {
  const isOn = (id: string) => iot.registry.findCertificate(id)?.status === 'ACTIVE';
  const isOwn = (id: string) => iot.registry.thingsOf(id).length <= 1;
  const isNoted = (record: Device) => record.pendingSince !== undefined && 'pendingCredentials' in record;
  for (const record of invalidDevices.values()) {
    const isOpen = certificatesOf(record).filter(isOwn).some(isOn) || iot.sessions.has(record.id);
    hold(!isOpen || isNoted(record), () => `"${record.id}" is out of service and let in, and nobody knows.`);
    hold(
      record.credentials !== 'pending' || isNoted(record),
      () => `The credentials of "${record.id}" are pending, and not in the index.`,
    );
  }
  for (const record of devices.values()) {
    const isOff = record.credentialsWork?.deactivation !== undefined;
    hold(!isOff || isNoted(record), () => `"${record.id}" is back and kept out, and nobody knows.`);
  }
}

/** While something is left of a purged device, its purge is pending; with a receipt nothing is. */
function remains({ devices, invalidDevices, purges }: State, { iot }: Cloud): void {
  for (const { id, deviceId, receipt, pendingSince } of purges.values()) {
    hold(
      (receipt === undefined) === (pendingSince !== undefined),
      () => `${id} is neither done nor pending.`,
    );
    if (receipt === undefined || devices.has(deviceId) || invalidDevices.has(deviceId)) continue;
    const left = receipt.certificateIds.filter((each) => iot.registry.findCertificate(each) !== undefined);
    hold(left.length === 0, () => `${id} has a receipt for certificates that are there.`);
    const isThingLeft = receipt.thing === 'deleted' && iot.registry.findThing(deviceId) !== undefined;
    hold(!isThingLeft, () => `${id} has a receipt for a thing that is there.`);
  }
}

/** No event without its write: what is told of devices is no newer than their records. */
function events(state: State, { told }: Cloud): void {
  for (const { type, detail } of told) {
    const deviceId = String(detail['deviceId']);
    const record = state.devices.get(deviceId) ?? state.invalidDevices.get(deviceId);
    if (record === undefined) continue;
    const version = Number(Object(detail['device']).version);
    hold(version <= record.version, () => `${type} tells of version ${version} of "${deviceId}".`);
  }
}

/** Devices that must not get lost, and those whose records DynamoDB has removed. */
export interface Known {
  readonly devices: ReadonlySet<string>;
  readonly expired: ReadonlySet<string>;
}

/** What anybody may look at, at any time. @throws Broken */
export async function checkInvariants(cloud: Cloud, known: Known): Promise<void> {
  const state = read(await cloud.tables.read());
  conservation(state, known.devices, known.expired);
  guards(state);
  access(state, cloud);
  remains(state, cloud);
  events(state, cloud);
}
