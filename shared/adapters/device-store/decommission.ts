import type { Decommission, LastRestore } from '../../domain/device.ts';
import { claimsOf, guardId } from '../../domain/identifiers.ts';
import { allOf, isNotUndone, isOwnedBy, isUnclaimedOrExpired } from './conditions.ts';
import { put, remove, update } from './items.ts';
import { transact } from './lifecycle-transaction.ts';
import type { Operation } from './operation.ts';
import { toInvalidItem, toLastRestore } from './records.ts';
import { unexplained } from './transact.ts';
import { isUnchanged } from './unchanged.ts';

/** The negation of `isNotUndone`, for the guard that failed it. */
const isUndoneBy = ({ requestedAt, undone }: LastRestore, decommission: Decommission) =>
  requestedAt > decommission.requestedAt || undone.requestId === decommission.requestId;

/** The record into the invalid devices, and the `ttl` of its afterlife onto its guards. */
export const decommission: Operation<'decommission'> =
  (context) =>
  async (current, { decommission, ttl }, timing) => {
    const { devices, invalidDevices } = context.tables;
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
    const result = await transact('decommission', context, itemsAt, timing);
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
  };
