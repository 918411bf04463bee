import type { Retrier } from './definition.ts';
import { matchesError } from './error-equals.ts';
import type { StatesError } from './states-error.ts';

/** The values of fields that a retrier leaves out. Source: ASL, "Retrying after error". */
const DEFAULTS = { intervalSeconds: 1, maxAttempts: 3, backoffRate: 2 };

/** The retriers of one visit of a state: each counts its own attempts. */
export class RetryPolicy {
  readonly #retriers: readonly Retrier[];
  readonly #attempts: number[];
  readonly #random: () => number;

  constructor(retriers: readonly Retrier[], random: () => number) {
    this.#retriers = retriers;
    this.#attempts = retriers.map(() => 0);
    this.#random = random;
  }

  /**
   * How long to wait before the next attempt; undefined when there is none.
   * The first retrier that names the error decides, even when its attempts are used up.
   */
  next(failure: StatesError): number | undefined {
    const index = this.#retriers.findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, failure.error));
    const retrier = this.#retriers[index];
    if (retrier === undefined) return undefined;
    const attempts = this.#attempts[index] ?? 0;
    if (attempts >= (retrier.MaxAttempts ?? DEFAULTS.maxAttempts)) return undefined;
    this.#attempts[index] = attempts + 1;
    const jitter = retrier.JitterStrategy === 'FULL' ? this.#random() : 1;
    return delayMs(retrier, attempts) * jitter;
  }
}

/** The delay before jitter, after `attempts` retries. */
function delayMs(retrier: Retrier, attempts: number): number {
  const interval = retrier.IntervalSeconds ?? DEFAULTS.intervalSeconds;
  const backoffRate = retrier.BackoffRate ?? DEFAULTS.backoffRate;
  const delaySeconds = interval * backoffRate ** attempts;
  return Math.min(delaySeconds, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY) * 1_000;
}
