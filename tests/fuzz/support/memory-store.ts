import { purgeItem } from '../../../shared/adapters/device-store/purges.ts';
import { fromItem, toSnapshot } from '../../../shared/adapters/device-store/records.ts';
import type { Device } from '../../../shared/domain/device.ts';
import type { PurgeRecord } from '../../../shared/domain/purge.ts';
import { toStaleDevice } from '../../../shared/domain/stale.ts';
import type { DeviceStore } from '../../../shared/ports.ts';
import { createMemoryMoves } from './memory-moves.ts';
import { createMemoryReads } from './memory-reads.ts';
import { change, type MemoryTables, put } from './memory-tables.ts';

/**
 * A device store in memory, for whoever is alone with it: nothing changes between a read and a write, so that the
 * conditions of the real one are plain questions here. What it writes is what the real one would, held to AWS's limits.
 */
export function createMemoryStore(tables: MemoryTables): DeviceStore {
  const { devices, invalidDevices } = tables;
  const reads = createMemoryReads(tables);
  const moves = createMemoryMoves(tables, reads);
  const purgeOf = (id: string) => {
    const item = invalidDevices.get(id);
    return item === undefined ? undefined : (fromItem(item) as unknown as PurgeRecord);
  };

  return {
    ...reads,
    ...moves,
    async recordCertificate({ record }, { certificateIds, version, updatedAt, requests }) {
      change(devices, record.id, {
        certificateIds,
        version,
        updatedAt,
        requests,
        step: { operation: 'update' },
      });
      return { outcome: 'recorded' };
    },
    async recordHoldRequest({ record }, holdRequestedAt) {
      change(invalidDevices, record.id, { holdRequestedAt });
      return { outcome: 'recorded' };
    },
    async recordPurge(remains) {
      if (!invalidDevices.has(remains.id)) put(invalidDevices, purgeItem(remains));
    },
    readPurge: async (id) => purgeOf(id),
    async changePurge({ id }, { lease, found, receipt }) {
      const more = { ...(found !== undefined && { found }), ...(receipt !== undefined && { receipt }) };
      change(invalidDevices, id, { lease, ...more });
      return purgeOf(id);
    },
    listPendingPurges: async () => [],
    async changeCredentials({ record }, { credentialsWork, credentials }) {
      const isInvalid = 'decommission' in record;
      const table = isInvalid ? invalidDevices : devices;
      const item = change(table, record.id, { credentialsWork, ...(isInvalid && { credentials }) });
      return { outcome: 'updated', current: toSnapshot(item) };
    },
    listPendingCredentials: async () => [],
    async scanStaleDevices() {
      const all = [...devices.values()].filter((item) => item['registeredAt'] !== undefined);
      return { devices: all.map((item) => toStaleDevice(fromItem(item) as unknown as Device)) };
    },
    async recordHeartbeat(id, lastSeenAt) {
      if (!devices.has(id)) return { outcome: 'deviceMissing' };
      change(devices, id, { lastSeenAt });
      return { outcome: 'recorded' };
    },
    async recordPresence(id, presence) {
      if (!devices.has(id)) return { outcome: 'deviceMissing' };
      change(devices, id, { presence });
      return { outcome: 'recorded' };
    },
    async recordGhost({ id }, ghost) {
      change(invalidDevices, id, { ghost });
      return { outcome: 'recorded' };
    },
  };
}
