import { isDeepStrictEqual } from 'node:util';
import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Decommission, Device, InvalidDevice, LastRestore } from '../../domain/device.ts';
import { type Claim, claimsGained, claimsOf, guardId } from '../../domain/identifiers.ts';
import type { DeviceStore, IdentifierTakenOutcome, Snapshot } from '../../ports.ts';
import {
  allOf,
  anyOf,
  hasVersion,
  isAbsent,
  isExpiredFrom,
  isNotRestoredBy,
  isNotUndone,
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
import { type CancelledTransaction, transactWrite, unexplained } from './transact.ts';

export interface Tables {
  readonly devices: string;
  readonly invalidDevices: string;
}

type LifecycleTransactions = Pick<DeviceStore, 'register' | 'update' | 'decommission' | 'restore' | 'purge'>;

const claimGuard = (claim: Claim, deviceId: string, rest: object = {}): Item =>
  toItem({ id: guardId(claim), deviceId, ...rest });

const UPDATABLE = [
  'certificateIds',
  'name',
  'attributes',
  'serialNumber',
  'macAddress',
  'version',
  'updatedAt',
  'requests',
] as const;

/** What differs; what is as it was is not written again, and so cannot be changed by its way through this code. */
const changesOf = (current: Device, next: Device): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    UPDATABLE.filter((attribute) => !isDeepStrictEqual(current[attribute], next[attribute])).map(
      (attribute) => [attribute, next[attribute]],
    ),
  );

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
const isSameAndUnexpired = (current: Snapshot<InvalidDevice>, nowEpochSeconds: number) =>
  allOf(isStill('decommission', rawItem(current)['decommission']), isUnexpiredAt(nowEpochSeconds));

/** The negation of `isNotUndone`, for the guard that failed it. */
const isUndoneBy = ({ requestedAt, undone }: LastRestore, decommission: Decommission) =>
  requestedAt > decommission.requestedAt || undone.requestId === decommission.requestId;

/** The transactions of a device's life: one `TransactWriteItems` call each (see docs/decisions.md). */
export function createLifecycleTransactions(client: DynamoDBClient, tables: Tables): LifecycleTransactions {
  const { devices, invalidDevices } = tables;

  return {
    async register(device, timing) {
      const claims = claimsOf(device);
      const itemsAt = (now: number) => [
        put(devices, toItem(device), isAbsent),
        check(invalidDevices, device.id, anyOf(isAbsent, isExpiredFrom(now, device.registeredAt))),
        ...claims.map((claim) => put(devices, claimGuard(claim, device.id), isUnclaimedOrExpired(now))),
      ];
      const result = await transactWrite(client, itemsAt, timing);
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
      throw unexplained(
        `The registration of "${device.id}" was cancelled without a cause.`,
        result.failed,
        timing,
      );
    },

    async update(current, { device, lastRestore }, timing) {
      const gained = claimsGained(current.record, device);
      const given = claimsGained(device, current.record);
      const { id } = device;
      const itemsAt = (now: number): TransactWriteItem[] => [
        update(devices, id, changesOf(current.record, device), isSameVersion(current)),
        ...gained.map((claim) => {
          const memory = claim.attribute === 'serialNumber' ? { lastRestore } : {};
          return put(devices, claimGuard(claim, id, memory), isUnclaimedOrExpired(now));
        }),
        ...given.map((claim) => remove(devices, guardId(claim), isOwnedBy(id))),
      ];
      const result = await transactWrite(client, itemsAt, timing);
      if (result.outcome === 'committed') return { outcome: 'updated' };
      if (result.failed.has(0)) return { outcome: 'changed' };
      const taken = identifierTaken(gained, result.failed, 1);
      if (taken !== undefined) return taken;
      throw unexplained(`A guard of the device "${id}" is not its own.`, result.failed, timing);
    },

    async decommission(current, { decommission, ttl }, timing) {
      const { id } = current.record;
      const guardItems = claimsOf(current.record).map((claim) => {
        const isFree = claim.attribute === 'serialNumber' ? [isNotUndone(decommission)] : [];
        return update(devices, guardId(claim), { ttl }, allOf(isOwnedBy(id), ...isFree));
      });
      const itemsAt = (now: number) => [
        put(invalidDevices, toInvalidItem(current, { decommission, ttl }), isUnclaimedOrExpired(now)),
        remove(devices, id, isUnchanged(current)),
        ...guardItems,
      ];
      const result = await transactWrite(client, itemsAt, timing);
      if (result.outcome === 'committed') return { outcome: 'decommissioned' };
      if (result.failed.has(1)) return { outcome: 'changed' };
      const lastRestore = toLastRestore(result.failed.get(2)?.existing);
      if (lastRestore !== undefined && isUndoneBy(lastRestore, decommission)) {
        return { outcome: 'superseded', lastRestore };
      }
      const other = result.failed.get(0)?.existing?.['ttl']?.N;
      throw unexplained(
        `The device "${id}" cannot move: it is in both tables, or a guard of it is not its own.`,
        result.failed,
        { ...timing, ttl: other === undefined ? undefined : Number(other) },
      );
    },

    async restore(current, { lastRestore, updatedAt }, timing) {
      const { id } = current.record;
      const itemsAt = (now: number) => [
        remove(invalidDevices, id, isSameAndUnexpired(current, now)),
        put(devices, toRestoredItem(current, { version: lastRestore.version, updatedAt }), isAbsent),
        ...claimsOf(current.record).map((claim) =>
          claim.attribute === 'serialNumber'
            ? put(
                devices,
                claimGuard(claim, id, { lastRestore }),
                allOf(isUnclaimedOrOwnedBy(id), isNotRestoredBy(lastRestore.requestId)),
              )
            : put(devices, claimGuard(claim, id), isUnclaimedOrOwnedBy(id)),
        ),
      ];
      const result = await transactWrite(client, itemsAt, timing);
      if (result.outcome === 'committed') return { outcome: 'restored' };
      if (result.failed.has(0)) return { outcome: 'changed' };
      const last = toLastRestore(result.failed.get(2)?.existing);
      if (last?.requestId === lastRestore.requestId) return { outcome: 'repeated', lastRestore: last };
      throw unexplained(
        `The device "${id}" cannot come back: it is in both tables, or a guard of it is not its own.`,
        result.failed,
        { ...timing, ttl: current.record.ttl },
      );
    },

    async purge(current, timing) {
      const { id } = current.record;
      const itemsAt = (now: number) => [
        remove(invalidDevices, id, isSameAndUnexpired(current, now)),
        ...claimsOf(current.record).map((claim) => remove(devices, guardId(claim), isOwnedBy(id))),
      ];
      const result = await transactWrite(client, itemsAt, timing);
      if (result.outcome === 'committed') return { outcome: 'purged' };
      if (result.failed.has(0)) return { outcome: 'changed' };
      throw unexplained(`A guard of the device "${id}" is not its own.`, result.failed, {
        ...timing,
        ttl: current.record.ttl,
      });
    },
  };
}
