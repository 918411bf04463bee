import { linkController } from './interruption.ts';

/**
 * Runs `count` jobs, at most `limit` at a time, and gives their results in order.
 * The first that fails aborts the others; once all have ended, its error is thrown.
 */
export async function fanOut<T>(
  parent: AbortSignal,
  count: number,
  limit: number,
  runJob: (index: number, signal: AbortSignal) => Promise<T>,
): Promise<T[]> {
  const siblings = linkController(parent);
  const results = new Array<T>(count);
  const failures: unknown[] = [];
  let nextIndex = 0;
  const work = async () => {
    while (nextIndex < count && failures.length === 0) {
      const index = nextIndex;
      nextIndex += 1;
      try {
        results[index] = await runJob(index, siblings.signal);
      } catch (error) {
        failures.push(error);
        siblings.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, work));
  siblings.unlink();
  if (failures.length > 0) throw failures[0];
  return results;
}
