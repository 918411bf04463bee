import { updateNoStep } from './items.ts';
import { transact } from './lifecycle-transaction.ts';
import type { Operation } from './operation.ts';
import { isSameAfterlife } from './unchanged.ts';

/** `holdRequestedAt` alone. A transaction of one item: so roles need not allow a `ttl` to be changed without its guards. */
export const recordHoldRequest: Operation<'recordHoldRequest'> =
  (context) => async (current, holdRequestedAt, timing) => {
    const { invalidDevices } = context.tables;
    const itemsAt = (now: number) => [
      updateNoStep(invalidDevices, current.record.id, { holdRequestedAt }, isSameAfterlife(current, now)),
    ];
    const { outcome } = await transact('holdRequest', context, itemsAt, timing);
    return { outcome: outcome === 'committed' ? 'recorded' : 'changed' };
  };
