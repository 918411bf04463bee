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

/** Prints the median of the rounds' ratios to the reference of the same round, with the extremes. */
export function report(
  name: string,
  { rounds, reference }: { readonly rounds: readonly Round[]; readonly reference: readonly Round[] },
): void {
  const ratios = (of: (round: Round) => number) =>
    rounds.map((round, index) => of(round) / of(reference[index] ?? round));
  const rate = median(rounds.map(({ perSecond }) => perSecond)).toFixed(0);
  const latency = median(rounds.map(({ medianMs }) => medianMs)).toFixed(1);
  console.log(
    `  ${name.padEnd(34)} ${rate.padStart(6)}/s  ${latency.padStart(6)} ms   ` +
      `rate ×${describeRange(ratios((round) => round.perSecond))}   ` +
      `latency ×${describeRange(ratios((round) => round.medianMs))}`,
  );
}
