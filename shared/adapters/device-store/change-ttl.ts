import type { InvalidDevice } from '../../domain/device.ts';
import { claimsOf, guardId } from '../../domain/identifiers.ts';
import type { Snapshot, Timing } from '../../ports.ts';
import { isAbsent } from './conditions.ts';
import { check, update, updateNoStep } from './items.ts';
import { transact } from './lifecycle-transaction.ts';
import type { StoreContext } from './operation.ts';
import { unexplained } from './transact.ts';
import { isGuardOf, isSameAfterlife } from './unchanged.ts';

/**
 * Sets the `ttl` of an invalid record and of all its guards in one transaction, or removes it from all of them.
 * @param changes to the record: `ttl` in epoch seconds, `undefined` without end, and what the record remembers of it
 */
export async function changeTtl(
  transaction: 'hold' | 'release',
  context: StoreContext,
  current: Snapshot<InvalidDevice>,
  changes: Pick<InvalidDevice, 'holdRequestedAt'> & { readonly ttl: number | undefined },
  timing: Timing,
): Promise<'committed' | 'changed'> {
  const { devices, invalidDevices } = context.tables;
  const { record } = current;
  const { id } = record;
  const { ttl } = changes;
  const itemsAt = (now: number) => [
    updateNoStep(invalidDevices, id, changes, isSameAfterlife(current, now)),
    // A call can arrive seconds after it was made: the retention may be over by then, and the id another device's.
    check(devices, id, isAbsent),
    ...claimsOf(record).map((claim) => update(devices, guardId(claim), { ttl }, isGuardOf(current))),
  ];
  const result = await transact(transaction, context, itemsAt, timing);
  if (result.outcome === 'committed') return 'committed';
  if (result.failed.has(0) || result.failed.has(1)) return 'changed';
  throw unexplained(`A guard of the device "${id}" is not its own.`, result.failed, {
    ...timing,
    ttl: record.ttl,
  });
}
