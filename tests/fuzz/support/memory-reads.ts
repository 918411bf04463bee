import { type Item, toLastRestore, toSnapshot } from '../../../shared/adapters/device-store/records.ts';
import type { Device, InvalidDevice } from '../../../shared/domain/device.ts';
import { guardId } from '../../../shared/domain/identifiers.ts';
import type { DeviceStore, Snapshot } from '../../../shared/ports.ts';
import type { MemoryTables } from './memory-tables.ts';

export const snapshotOf = <T extends Device | InvalidDevice>(
  item: Item | undefined,
): Snapshot<T> | undefined => (item === undefined ? undefined : toSnapshot<T>(item));

type Reads = Pick<
  DeviceStore,
  'readDevice' | 'readInvalidDevice' | 'readDevices' | 'readInvalidDevices' | 'readBoth' | 'readLastRestore'
>;

/** What a device store in memory reads. */
export function createMemoryReads({ devices, invalidDevices }: MemoryTables): Reads {
  return {
    readDevice: async (id) => snapshotOf(devices.get(id)),
    readInvalidDevice: async (id) => snapshotOf(invalidDevices.get(id)),
    readDevices: async (ids) => new Map(ids.map((id) => [id, snapshotOf(devices.get(id))])),
    readInvalidDevices: async (ids) => new Map(ids.map((id) => [id, snapshotOf(invalidDevices.get(id))])),
    async readBoth(id) {
      const [device, invalidDevice] = [
        snapshotOf<Device>(devices.get(id)),
        snapshotOf<InvalidDevice>(invalidDevices.get(id)),
      ];
      return { ...(device && { device }), ...(invalidDevice && { invalidDevice }) };
    },
    async readLastRestore({ id, serialNumber }) {
      const guard = devices.get(guardId({ attribute: 'serialNumber', value: serialNumber }));
      return guard?.['deviceId']?.S === id ? toLastRestore(guard) : undefined;
    },
  };
}
