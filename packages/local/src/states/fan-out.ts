import { linkController } from './interruption.ts';

/** One of the jobs. */
export interface Job<Item> {
  readonly item: Item;
  /** Its place among them. */
  readonly index: number;
  /** Which of those that run at once it is: one job follows another in the same lane. */
  readonly lane: number;
  /** Ends the job. */
  readonly signal: AbortSignal;
  /** Ends the others, for the job fails; `eventId` is the event that tells why. */
  endOthers(eventId: number): void;
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
  const endOthers = (eventId: number) => siblings.abort(eventId);
  // Shared by all lanes: each takes the next item that none has taken.
  const queue = items.entries();
  const work = async (_: unknown, lane: number) => {
    for (const [index, item] of queue) {
      try {
        results[index] = await runJob({ item, index, lane, signal, endOthers });
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
