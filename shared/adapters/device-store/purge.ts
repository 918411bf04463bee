import { claimsOf, guardId } from '../../domain/identifiers.ts';
import { allOf, hasTtl, isAbsent } from './conditions.ts';
import { put, remove } from './items.ts';
import { transact } from './lifecycle-transaction.ts';
import type { Operation } from './operation.ts';
import { purgeItem } from './purges.ts';
import { unexplained } from './transact.ts';
import { isGuardOf, isSameAndUnexpired } from './unchanged.ts';

/** The invalid record and its guards, for good, unless it is under legal hold by now; what is left elsewhere is noted. */
export const purge: Operation<'purge'> = (context) => async (current, remains, timing) => {
  const { devices, invalidDevices } = context.tables;
  const { id } = current.record;
  const itemsAt = (now: number) => [
    remove(invalidDevices, id, allOf(isSameAndUnexpired(current, now), hasTtl)),
    put(invalidDevices, purgeItem(remains), isAbsent),
    ...claimsOf(current.record).map((claim) => remove(devices, guardId(claim), isGuardOf(current))),
  ];
  const result = await transact('purge', context, itemsAt, timing);
  if (result.outcome === 'committed') return { outcome: 'purged' };
  if (result.failed.has(1)) return { outcome: 'repeated' };
  if (result.failed.has(0)) return { outcome: 'changed' };
  throw unexplained(`A guard of the device "${id}" is not its own.`, result.failed, {
    ...timing,
    ttl: current.record.ttl,
  });
};
