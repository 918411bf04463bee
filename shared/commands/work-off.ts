import type { Timing } from '../ports.ts';

/** What became of one that was pending. `deferred`: left for the next time. */
export type WorkOutcome = 'settled' | 'deferred' | 'failed';

export type WorkCounts = Readonly<Record<WorkOutcome, number>>;

interface Work<Pending> {
  /** Up to `limit` of what is pending; it may still list what is done. */
  list(limit: number): Promise<readonly Pending[]>;
  idOf(pending: Pending): string;
  /** Never throws. */
  work(pending: Pending): Promise<WorkOutcome>;
  /** How many at a time: one waits for its turn while another waits for an answer. */
  readonly concurrency: number;
  readonly perSecond: number;
}

/** One is begun only while there is time to end it. */
const LONGEST_MS = 5_000;

/**
 * Works off what is pending, in the order in which it is listed, for as long as there is time; each but once.
 * `isNothingLeft`: nothing was listed any more, so that nobody has to ask what the oldest is.
 */
export async function workOff<Pending>(
  { list, idOf, work, concurrency, perSecond }: Work<Pending>,
  { clock, deadlineEpochMs }: Timing,
): Promise<WorkCounts & { readonly isNothingLeft: boolean }> {
  const count: Record<WorkOutcome, number> = { settled: 0, deferred: 0, failed: 0 };
  const seen = new Set<string>();
  let isNothingLeft = false;
  const hasTime = () => clock() + LONGEST_MS < deadlineEpochMs;

  while (hasTime()) {
    const secondsLeft = (deadlineEpochMs - clock()) / 1000;
    // As many as there is time for. The index may still list what is done, so that as many more are asked for.
    const listed = await list(Math.ceil(perSecond * secondsLeft) + seen.size);
    isNothingLeft = listed.length === 0;
    const queue = listed.filter((pending) => !seen.has(idOf(pending)));
    if (queue.length === 0) break;
    const rest = queue.values();
    const worker = async () => {
      for (const next of rest) {
        if (!hasTime()) return;
        seen.add(idOf(next));
        count[await work(next)] += 1;
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
  }
  return { ...count, isNothingLeft };
}
