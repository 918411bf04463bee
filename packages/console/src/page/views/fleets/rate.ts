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
  const perSecond = rateAt(samples, samples.length - 1) ?? 0;
  if (perSecond <= 0) return undefined;
  return { perSecond, secondsLeft: Math.max(0, total - last.done) / perSecond };
}

interface RatePoint {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly perSecond: number;
}

/** How fast it went at each sample: what a chart shows. */
export function ratesOf(samples: readonly Sample[]): readonly RatePoint[] {
  return samples.flatMap(({ atMs }, index) => {
    const perSecond = rateAt(samples, index);
    return perSecond === undefined ? [] : [{ atMs, perSecond: Math.max(0, perSecond) }];
  });
}

/** Over the seconds before a sample. */
function rateAt(samples: readonly Sample[], index: number): number | undefined {
  const last = samples[index];
  if (last === undefined) return undefined;
  let from = index;
  while (from > 0 && last.atMs - (samples[from - 1]?.atMs ?? 0) <= WINDOW_MS) from -= 1;
  const first = samples[from];
  if (first === undefined || first.atMs >= last.atMs) return undefined;
  return (1_000 * (last.done - first.done)) / (last.atMs - first.atMs);
}
