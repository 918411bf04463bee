import { claimsOf } from '../../domain/identifiers.ts';
import { allOf, isAbsent, isNotRestoredBy, isUnclaimedOrOwnedBy } from './conditions.ts';
import { claimGuard } from './guards.ts';
import { put, remove } from './items.ts';
import { transact } from './lifecycle-transaction.ts';
import type { Operation } from './operation.ts';
import { toLastRestore, toRestoredItem } from './records.ts';
import { unexplained } from './transact.ts';
import { isSameAndUnexpired } from './unchanged.ts';

/** The record back among the devices, and its guards without a `ttl`. */
export const restore: Operation<'restore'> =
  (context) =>
  async (current, { lastRestore, updatedAt }, timing) => {
    const { devices, invalidDevices } = context.tables;
    const { id } = current.record;
    const itemsAt = (now: number) => [
      remove(invalidDevices, id, isSameAndUnexpired(current, now)),
      put(devices, toRestoredItem(current, { lastRestore, updatedAt }), isAbsent),
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
    const result = await transact('restore', context, itemsAt, timing);
    if (result.outcome === 'committed') return { outcome: 'restored' };
    if (result.failed.has(0)) return { outcome: 'changed' };
    const last = toLastRestore(result.failed.get(2)?.existing);
    if (last?.requestId === lastRestore.requestId) return { outcome: 'repeated', lastRestore: last };
    throw unexplained(
      `The device "${id}" cannot come back: it is in both tables, or a guard of it is not its own.`,
      result.failed,
      { ...timing, ttl: current.record.ttl },
    );
  };
