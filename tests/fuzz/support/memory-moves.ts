import { claimGuard } from '../../../shared/adapters/device-store/guards.ts';
import { purgeItem } from '../../../shared/adapters/device-store/purges.ts';
import { toInvalidItem, toItem, toRestoredItem } from '../../../shared/adapters/device-store/records.ts';
import type { Device, InvalidDevice } from '../../../shared/domain/device.ts';
import { claimsGained, claimsOf, guardId } from '../../../shared/domain/identifiers.ts';
import { isExpired } from '../../../shared/domain/retention.ts';
import type { DeviceStore } from '../../../shared/ports.ts';
import { snapshotOf } from './memory-reads.ts';
import { change, changeGuards, type MemoryTables, put, taken } from './memory-tables.ts';

type Moves = Pick<
  DeviceStore,
  'register' | 'update' | 'decommission' | 'restore' | 'hold' | 'release' | 'purge'
>;

/** The transactions of a device store in memory, each of which nobody else comes between. */
export function createMemoryMoves(
  { devices, invalidDevices }: MemoryTables,
  reads: Pick<DeviceStore, 'readLastRestore'>,
): Moves {
  return {
    async register(device, { clock }) {
      const existing = snapshotOf<Device>(devices.get(device.id));
      if (existing !== undefined) return { outcome: 'deviceExists', device: existing.record };
      const invalid = snapshotOf<InvalidDevice>(invalidDevices.get(device.id));
      const isFree =
        invalid === undefined ||
        (isExpired(invalid.record, clock()) &&
          invalid.record.decommission.requestedAt <= device.registeredAt);
      if (!isFree) return { outcome: 'deviceDecommissioned', invalidDevice: invalid.record };
      const other = taken(devices, claimsOf(device), device.id, clock());
      if (other !== undefined) return other;
      put(devices, toItem({ ...device, step: { operation: 'register' } }));
      for (const claim of claimsOf(device)) put(devices, claimGuard(claim, device.id));
      return { outcome: 'registered' };
    },
    async update({ record }, { device, lastRestore }, { clock }) {
      const gained = claimsGained(record, device);
      const other = taken(devices, gained, device.id, clock());
      if (other !== undefined) return other;
      const { name, attributes, serialNumber, macAddress, version, updatedAt, requests } = device;
      const changes = { name, attributes, serialNumber, macAddress, version, updatedAt, requests };
      change(devices, device.id, { ...changes, step: { operation: 'update' } });
      for (const claim of gained) {
        put(devices, claimGuard(claim, device.id, claim.attribute === 'serialNumber' ? { lastRestore } : {}));
      }
      for (const claim of claimsGained(device, record)) devices.delete(guardId(claim));
      return { outcome: 'updated' };
    },
    async decommission(current, { decommission, ttl }) {
      const { record } = current;
      const lastRestore = await reads.readLastRestore(record, { clock: Date.now, deadlineEpochMs: 0 });
      const isUndone =
        lastRestore !== undefined &&
        (lastRestore.requestedAt > decommission.requestedAt ||
          lastRestore.undone.requestId === decommission.requestId);
      if (isUndone) return { outcome: 'superseded', lastRestore };
      put(invalidDevices, toInvalidItem(current, { decommission, ttl }));
      devices.delete(record.id);
      changeGuards(devices, record, { ttl });
      return { outcome: 'decommissioned' };
    },
    async restore(current, { lastRestore, updatedAt }) {
      const { record } = current;
      invalidDevices.delete(record.id);
      put(devices, toRestoredItem(current, { lastRestore, updatedAt }));
      changeGuards(devices, record, { ttl: undefined, lastRestore });
      return { outcome: 'restored' };
    },
    async hold({ record }, hold) {
      change(invalidDevices, record.id, { ttl: undefined, hold, holdRequestedAt: hold.requestedAt });
      changeGuards(devices, record, { ttl: undefined });
      return { outcome: 'held' };
    },
    async release({ record }, release) {
      change(invalidDevices, record.id, { ttl: release.ttl, release, holdRequestedAt: release.requestedAt });
      changeGuards(devices, record, { ttl: release.ttl });
      return { outcome: 'released' };
    },
    async purge({ record }, remains) {
      invalidDevices.delete(record.id);
      put(invalidDevices, purgeItem(remains));
      for (const claim of claimsOf(record)) devices.delete(guardId(claim));
      return { outcome: 'purged' };
    },
  };
}
