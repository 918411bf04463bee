import { type Item, toItem } from '../../../shared/adapters/device-store/records.ts';
import type { Device } from '../../../shared/domain/device.ts';
import { claimsOf, guardId } from '../../../shared/domain/identifiers.ts';

const REGISTERED_AT = 1_790_000_000_000;
const DIGITS = 7;

/** `fleet-0000042`: as many ids as a name has numbers below ten million. */
export const deviceIdOf = (fleet: string, index: number): string =>
  `${fleet}-${String(index).padStart(DIGITS, '0')}`;

/** A device with one guard, its serial number's. */
export function makeDevice(fleet: string, index: number, certificateIds: readonly string[] = []): Device {
  const id = deviceIdOf(fleet, index);
  return {
    id,
    serialNumber: `SN-${id}`,
    name: 'A device like any other',
    type: 'meter',
    attributes: { firmware: '2.4.1', site: 'Nagoya' },
    version: 1,
    certificateIds,
    registeredAt: REGISTERED_AT,
    updatedAt: REGISTERED_AT,
    requests: [{ requestId: `registration-${index}`, operation: 'register', version: 1 }],
  };
}

export function* makeFleet(fleet: string, count: number): Generator<Device> {
  for (let index = 0; index < count; index += 1) yield makeDevice(fleet, index);
}

/** The items that a device has in the main table: its record, and its guards. */
export function itemsOf(device: Device): Item[] {
  const guards = claimsOf(device).map((claim) => ({ id: guardId(claim), deviceId: device.id }));
  return [device, ...guards].map(toItem);
}

/** As `devicectl` would upload it: a CSV with the column deviceId. */
export async function* csvOf(fleet: string, count: number): AsyncGenerator<string> {
  yield 'deviceId\n';
  const LINES_AT_ONCE = 1_000;
  for (let first = 0; first < count; first += LINES_AT_ONCE) {
    const indexes = Array.from(
      { length: Math.min(LINES_AT_ONCE, count - first) },
      (_, index) => first + index,
    );
    yield indexes.map((index) => `${deviceIdOf(fleet, index)}\n`).join('');
  }
}
