import { TransactionConflict } from '../errors.ts';

/** What an attempt answers when the record changed between its read and its write. */
export const CHANGED = Symbol('changed');

/**
 * Reads, decides and writes again for as long as others change the record in between.
 * @throws TransactionConflict when the deadline comes first
 */
export async function untilUnchanged<T>(
  attempt: () => Promise<T | typeof CHANGED>,
  { clock, deadlineEpochMs }: { readonly clock: () => number; readonly deadlineEpochMs: number },
): Promise<T> {
  do {
    const result = await attempt();
    if (result !== CHANGED) return result;
  } while (clock() < deadlineEpochMs);
  throw new TransactionConflict('Other requests kept changing the device. Try again.');
}
