/** What one round of a variant came to. */
export interface Round {
  readonly perSecond: number;
  readonly medianMs: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** The median, and the extremes in brackets. */
export function describeRange(values: readonly number[]): string {
  return `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`;
}

/** Calls `operation` once for each item, `concurrency` at a time. */
export async function measureRound<T>(
  items: readonly T[],
  concurrency: number,
  operation: (item: T) => Promise<void>,
): Promise<Round> {
  const latencies: number[] = [];
  const queue = items.values();
  const startedAt = performance.now();
  const worker = async () => {
    for (const item of queue) {
      const sentAt = performance.now();
      await operation(item);
      latencies.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - startedAt) / 1000;
  return { perSecond: items.length / seconds, medianMs: median(latencies) };
}
