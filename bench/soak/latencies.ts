import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** In milliseconds. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

const MICROSECONDS_A_MS = 1_000;

function percentilesOf(histogram: RecordableHistogram): Percentiles {
  const at = (percentile: number) => histogram.percentile(percentile) / MICROSECONDS_A_MS;
  return {
    count: histogram.count,
    p50: at(50),
    p95: at(95),
    p99: at(99),
    max: histogram.max / MICROSECONDS_A_MS,
  };
}

/** Latencies by what was asked for, in histograms, which do not grow with what they count. */
export class Latencies {
  readonly #histograms = new Map<string, RecordableHistogram>();

  record(operation: string, latencyMs: number): void {
    let histogram = this.#histograms.get(operation);
    if (histogram === undefined) {
      histogram = createHistogram();
      this.#histograms.set(operation, histogram);
    }
    histogram.record(Math.max(1, Math.round(latencyMs * MICROSECONDS_A_MS)));
  }

  /** Since the last time that it was asked, by operation; what nothing was recorded of is absent. */
  take(): Readonly<Record<string, Percentiles>> {
    const taken = [...this.#histograms]
      .filter(([, { count }]) => count > 0)
      .map(([operation, histogram]) => [operation, percentilesOf(histogram)] as const);
    for (const histogram of this.#histograms.values()) histogram.reset();
    return Object.fromEntries(taken);
  }
}
