import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Cancellation, Timing } from '../../ports.ts';
import { describeCancellation } from './cancellations.ts';
import type { StoreContext } from './operation.ts';
import { type TransactionOutcome, transactWrite } from './transact.ts';

/** A transaction of a device's life: one `TransactWriteItems` call, by a name for whoever observes its tries. */
export function transact(
  transaction: Cancellation['transaction'],
  { client, tables, observe }: StoreContext,
  itemsAt: (nowEpochSeconds: number) => readonly TransactWriteItem[],
  timing: Timing,
): Promise<TransactionOutcome> {
  return transactWrite(client, itemsAt, timing, ({ reasons, items, attempt }) => {
    const description = describeCancellation(reasons, items, tables.invalidDevices);
    observe?.({ transaction, attempt, ...description });
  });
}
