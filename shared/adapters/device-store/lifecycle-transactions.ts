import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Device, InvalidDevice } from '../../domain/device.ts';
import { type Claim, claimsGained, claimsOf, guardId } from '../../domain/identifiers.ts';
import { epochSeconds } from '../../domain/retention.ts';
import type { DeviceStore, IdentifierTakenOutcome, Snapshot } from '../../ports.ts';
import {
  allOf,
  hasVersion,
  isAbsent,
  isNotRestoredAfter,
  isOwnedBy,
  isStill,
  isUnclaimedOrExpired,
  isUnclaimedOrOwnedBy,
  isUnexpiredAt,
} from './conditions.ts';
import { check, put, remove, update } from './items.ts';
import {
  type Item,
  rawItem,
  toInvalidItem,
  toItem,
  toLastRestore,
  toRestoredItem,
  toSnapshot,
} from './records.ts';
import { type CancelledTransaction, integrityViolation, transactWrite } from './transact.ts';

export interface Tables {
  readonly devices: string;
  readonly invalidDevices: string;
}

type LifecycleTransactions = Pick<DeviceStore, 'register' | 'update' | 'decommission' | 'restore' | 'purge'>;

const claimGuard = (claim: Claim, deviceId: string, rest: object = {}): Item =>
  toItem({ id: guardId(claim), deviceId, ...rest });

/** The first of `claims` whose guard, from position `first` on, is another's. */
function identifierTaken(
  claims: readonly Claim[],
  failed: CancelledTransaction['failed'],
  first: number,
): IdentifierTakenOutcome | undefined {
  for (const [index, claim] of claims.entries()) {
    const owner = failed.get(first + index)?.existing?.['deviceId']?.S;
    if (owner !== undefined) return { outcome: 'identifierTaken', ...claim, owner };
  }
  return undefined;
}

/** Nothing but heartbeats and presence has touched the record; a device registered anew is another record. */
const isSameVersion = (current: Snapshot<Device>) =>
  allOf(hasVersion(current.record.version), isStill('registeredAt', rawItem(current)['registeredAt']));

/** The record is just as it was read, heartbeats and presence included, so that a move loses nothing. */
const isUnchanged = (current: Snapshot<Device>) =>
  allOf(
    isSameVersion(current),
    isStill('lastSeenAt', rawItem(current)['lastSeenAt']),
    isStill('presence', rawItem(current)['presence']),
  );

/** The invalid record is the one that was read, and its retention is not over. */
const isSameAndUnexpired = (current: Snapshot<InvalidDevice>, nowEpochMs: number) =>
  allOf(isStill('decommission', rawItem(current)['decommission']), isUnexpiredAt(epochSeconds(nowEpochMs)));

/** The transactions of a device's life: one `TransactWriteItems` call each (see docs/decisions.md). */
export function createLifecycleTransactions(client: DynamoDBClient, tables: Tables): LifecycleTransactions {
  const { devices, invalidDevices } = tables;

  return {
    async register(device, timing) {
      const now = epochSeconds(timing.nowEpochMs);
      const claims = claimsOf(device);
      const items = [
        put(devices, toItem(device), isAbsent),
        check(invalidDevices, device.id, isUnclaimedOrExpired(now)),
        ...claims.map((claim) => put(devices, claimGuard(claim, device.id), isUnclaimedOrExpired(now))),
      ];
      const result = await transactWrite(client, items, timing);
      if (result.outcome === 'committed') return { outcome: 'registered' };
      const existing = result.failed.get(0)?.existing;
      if (existing !== undefined) {
        return { outcome: 'deviceExists', device: toSnapshot<Device>(existing).record };
      }
      const invalid = result.failed.get(1)?.existing;
      if (invalid !== undefined) {
        return { outcome: 'deviceDecommissioned', invalidDevice: toSnapshot<InvalidDevice>(invalid).record };
      }
      const taken = identifierTaken(claims, result.failed, 2);
      if (taken !== undefined) return taken;
      throw integrityViolation(
        `The registration of "${device.id}" was cancelled without a cause.`,
        result.failed,
      );
    },

    async update(current, { device, lastRestore }, timing) {
      const now = epochSeconds(timing.nowEpochMs);
      const gained = claimsGained(current.record, device);
      const given = claimsGained(device, current.record);
      const { id, name, attributes, serialNumber, macAddress, version, updatedAt, requests } = device;
      const changes = { name, attributes, serialNumber, macAddress, version, updatedAt, requests };
      const items: TransactWriteItem[] = [
        update(devices, id, changes, isSameVersion(current)),
        ...gained.map((claim) => {
          const memory = claim.attribute === 'serialNumber' ? { lastRestore } : {};
          return put(devices, claimGuard(claim, id, memory), isUnclaimedOrExpired(now));
        }),
        ...given.map((claim) => remove(devices, guardId(claim), isOwnedBy(id))),
      ];
      const result = await transactWrite(client, items, timing);
      if (result.outcome === 'committed') return { outcome: 'updated' };
      if (result.failed.has(0)) return { outcome: 'changed' };
      const taken = identifierTaken(gained, result.failed, 1);
      if (taken !== undefined) return taken;
      throw integrityViolation(`A guard of the device "${id}" is not its own.`, result.failed);
    },

    async decommission(current, { decommission, ttl }, timing) {
      const now = epochSeconds(timing.nowEpochMs);
      const { id } = current.record;
      const guardItems = claimsOf(current.record).map((claim) => {
        const isFree =
          claim.attribute === 'serialNumber' ? [isNotRestoredAfter(decommission.requestedAt)] : [];
        return update(devices, guardId(claim), { ttl }, allOf(isOwnedBy(id), ...isFree));
      });
      const items = [
        put(invalidDevices, toInvalidItem(current, { decommission, ttl }), isUnclaimedOrExpired(now)),
        remove(devices, id, isUnchanged(current)),
        ...guardItems,
      ];
      const result = await transactWrite(client, items, timing);
      if (result.outcome === 'committed') return { outcome: 'decommissioned' };
      if (result.failed.has(1)) return { outcome: 'changed' };
      const lastRestore = toLastRestore(result.failed.get(2)?.existing);
      if (lastRestore !== undefined && lastRestore.requestedAt > decommission.requestedAt) {
        return { outcome: 'superseded', lastRestore };
      }
      throw integrityViolation(
        `The device "${id}" cannot move: it is in both tables, or a guard of it is not its own.`,
        result.failed,
      );
    },

    async restore(current, { lastRestore, updatedAt }, timing) {
      const { id } = current.record;
      const items = [
        remove(invalidDevices, id, isSameAndUnexpired(current, timing.nowEpochMs)),
        put(devices, toRestoredItem(current, { version: lastRestore.version, updatedAt }), isAbsent),
        ...claimsOf(current.record).map((claim) => {
          const memory = claim.attribute === 'serialNumber' ? { lastRestore } : {};
          return put(devices, claimGuard(claim, id, memory), isUnclaimedOrOwnedBy(id));
        }),
      ];
      const result = await transactWrite(client, items, timing);
      if (result.outcome === 'committed') return { outcome: 'restored' };
      if (result.failed.has(0)) return { outcome: 'changed' };
      throw integrityViolation(
        `The device "${id}" cannot come back: it is in both tables, or a guard of it is not its own.`,
        result.failed,
      );
    },

    async purge(current, timing) {
      const { id } = current.record;
      const items = [
        remove(invalidDevices, id, isSameAndUnexpired(current, timing.nowEpochMs)),
        ...claimsOf(current.record).map((claim) => remove(devices, guardId(claim), isOwnedBy(id))),
      ];
      const result = await transactWrite(client, items, timing);
      if (result.outcome === 'committed') return { outcome: 'purged' };
      if (result.failed.has(0)) return { outcome: 'changed' };
      throw integrityViolation(`A guard of the device "${id}" is not its own.`, result.failed);
    },
  };
}
