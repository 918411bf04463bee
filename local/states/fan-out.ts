import { linkController } from './interruption.ts';

/** One of the jobs: its item, its place among them, and the signal that ends it. */
export interface Job<Item> {
  readonly item: Item;
  readonly index: number;
  readonly signal: AbortSignal;
}

/**
 * Runs a job an item, at most `limit` at a time, and gives their results in order.
 * The first that fails aborts the others; once all have ended, its error is thrown.
 */
export async function fanOut<Item, Result>(
  parent: AbortSignal,
  items: readonly Item[],
  limit: number,
  runJob: (job: Job<Item>) => Promise<Result>,
): Promise<Result[]> {
  const siblings = linkController(parent);
  const { signal } = siblings;
  const results = new Array<Result>(items.length);
  const failures: unknown[] = [];
  // Shared by all workers: each takes the next item that none has taken.
  const queue = items.entries();
  const work = async () => {
    for (const [index, item] of queue) {
      try {
        results[index] = await runJob({ item, index, signal });
      } catch (error) {
        failures.push(error);
        siblings.abort();
      }
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  siblings.unlink();
  if (failures.length > 0) throw failures[0];
  return results;
}
