import type { Decommission, InvalidDevice, LastRestore } from '../../domain/device.ts';
import { claimsOf, guardId } from '../../domain/identifiers.ts';
import { expiredPurge } from '../../domain/purge.ts';
import { isExpired } from '../../domain/retention.ts';
import type { DecommissionOutcome, Snapshot, Timing } from '../../ports.ts';
import { allOf, isAbsent, isExpiredAt, isNotUndone, isOwnedBy, isStill } from './conditions.ts';
import { put, remove, update } from './items.ts';
import { transact } from './lifecycle-transaction.ts';
import type { Operation } from './operation.ts';
import { purgeItem } from './purges.ts';
import { type Item, rawItem, toInvalidItem, toLastRestore, toSnapshot } from './records.ts';
import { type CancelledTransaction, type TransactionOutcome, unexplained } from './transact.ts';
import { isUnchanged } from './unchanged.ts';

/** The negation of `isNotUndone`, for the guard that failed it. */
const isUndoneBy = ({ requestedAt, undone }: LastRestore, decommission: Decommission) =>
  requestedAt > decommission.requestedAt || undone.requestId === decommission.requestId;

/** The new record in the place of one that is expired, whose remains are noted, since DynamoDB will not remove it now. */
function replace(table: string, item: Item, expired: Snapshot<InvalidDevice>, nowEpochSeconds: number) {
  const isSame = isStill('decommission', rawItem(expired)['decommission']);
  const remains = purgeItem(expiredPurge(expired.record, nowEpochSeconds * 1000));
  return {
    moved: put(table, item, allOf(isSame, isExpiredAt(nowEpochSeconds))),
    noted: [put(table, remains, isAbsent)],
  };
}

/** What lies in the place of the new record, if that is what it failed on and its retention is over. */
function expiredOne(result: TransactionOutcome, { clock }: Timing): Snapshot<InvalidDevice> | undefined {
  const other = result.outcome === 'cancelled' ? result.failed.get(0)?.existing : undefined;
  if (other === undefined) return undefined;
  const lying = toSnapshot<InvalidDevice>(other);
  return isExpired(lying.record, clock()) ? lying : undefined;
}

function explain(
  id: string,
  decommission: Decommission,
  failed: CancelledTransaction['failed'],
  timing: Timing,
): DecommissionOutcome {
  if (failed.has(1)) return { outcome: 'changed' };
  const lastRestore = toLastRestore(failed.get(2)?.existing);
  if (lastRestore !== undefined && isUndoneBy(lastRestore, decommission)) {
    return { outcome: 'superseded', lastRestore };
  }
  const inTheWay = failed.get(0);
  // An expired record was to be replaced, and DynamoDB has removed it just now.
  if (inTheWay !== undefined && inTheWay.existing === undefined) return { outcome: 'changed' };
  const other = inTheWay?.existing?.['ttl']?.N;
  throw unexplained(
    `The device "${id}" cannot move: it is in both tables, or a guard of it is not its own.`,
    failed,
    { ...timing, ttl: other === undefined ? undefined : Number(other) },
  );
}

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
    const item = toInvalidItem(current, { decommission, ttl });
    const attempt = (expired?: Snapshot<InvalidDevice>) => {
      const itemsAt = (now: number) => {
        const { moved, noted } =
          expired === undefined
            ? { moved: put(invalidDevices, item, isAbsent), noted: [] }
            : replace(invalidDevices, item, expired, now);
        return [moved, remove(devices, id, isUnchanged(current)), ...guardItems, ...noted];
      };
      return transact('decommission', context, itemsAt, timing);
    };

    const first = await attempt();
    const expired = expiredOne(first, timing);
    const result = expired === undefined ? first : await attempt(expired);
    if (result.outcome === 'committed') return { outcome: 'decommissioned' };
    return explain(id, decommission, result.failed, timing);
  };
