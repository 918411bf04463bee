import type { Percentiles } from './latencies.ts';
import type { Collected, Usage } from './probe.ts';

/** What was measured of a span of a few seconds, at its end. */
export interface Sample {
  /** Since the load has begun. */
  readonly seconds: number;
  /** Requests a second: what was to be sent, what was sent, and what has ended. */
  readonly targetPerSecond: number;
  readonly sentPerSecond: number;
  readonly endedPerSecond: number;
  /** By what was asked for. */
  readonly latencies: Readonly<Record<string, Percentiles>>;
  /** Messages and executions that wait for their end. */
  readonly inFlight: number;
  /** So far, by kind. */
  readonly letters: Readonly<Record<string, number>>;
  /** So far. */
  readonly accepted: number;
  readonly rejected: number;
  /** Absent where the runtime could not be asked in time. */
  readonly usage?: Usage;
  /** Once a minute, or more often in a short run. */
  readonly collected?: Collected;
  readonly diskBytes?: number;
  readonly logBytes?: number;
}
