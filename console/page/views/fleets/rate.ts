/** How far something was at a time. */
export interface Sample {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly done: number;
}

export interface Rate {
  /** Over the last seconds. */
  readonly perSecond: number;
  readonly secondsLeft?: number;
}

/** What is kept: an hour at one a second; more, and every other is let go. */
const MOST_SAMPLES = 3_600;
const WINDOW_MS = 10_000;
const STEP_MS = 1_000;

/** With one more sample, one a second at the most: within a second the newest counts. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const kept = samples.length > MOST_SAMPLES ? samples.filter((_, index) => index % 2 === 0) : samples;
  const [before, last] = kept.slice(-2);
  const isTooSoon = last !== undefined && before !== undefined && last.atMs - before.atMs < STEP_MS;
  return [...(isTooSoon ? kept.slice(0, -1) : kept), sample];
}

/** How fast it goes; nothing before that can be said, or when it has stopped. */
export function rateOf(samples: readonly Sample[], total: number): Rate | undefined {
  const last = samples.at(-1);
  if (last === undefined) return undefined;
  const first = samples.find(({ atMs }) => last.atMs - atMs <= WINDOW_MS) ?? last;
  const perSecond = (1_000 * (last.done - first.done)) / (last.atMs - first.atMs);
  if (!(perSecond > 0)) return undefined;
  return { perSecond, secondsLeft: Math.max(0, total - last.done) / perSecond };
}

/** The rate between each two samples: what a chart shows. */
export function ratesBetween(
  samples: readonly Sample[],
): readonly { readonly atMs: number; readonly perSecond: number }[] {
  return samples.slice(1).flatMap((sample, index) => {
    const before = samples[index];
    if (before === undefined || sample.atMs <= before.atMs) return [];
    const perSecond = (1_000 * (sample.done - before.done)) / (sample.atMs - before.atMs);
    return [{ atMs: sample.atMs, perSecond: Math.max(0, perSecond) }];
  });
}
