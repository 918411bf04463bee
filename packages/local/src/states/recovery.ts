import type { Catcher, Retrier } from './definition.ts';
import { sleep } from './interruption.ts';
import type { Exit, QueryLanguage } from './query-language.ts';
import type { StateBody, StateExit, StateVisit } from './state-visit.ts';
import { matchesError, payloadOf, type StatesError } from './values.ts';

export interface CompiledCatcher {
  readonly errorEquals: readonly string[];
  readonly exit: Exit;
}

/** Compiles `Catch`. */
export function compileCatchers(
  catchers: readonly Catcher[],
  language: QueryLanguage,
): readonly CompiledCatcher[] {
  return catchers.map((catcher, index) => ({
    errorEquals: catcher.ErrorEquals,
    exit: language.exit(catcher, catcher.Next, `Catch[${index}]/`),
  }));
}

/** Leaves the state by the first catcher that names the failure; undefined when none does. */
export async function catchFailure(
  visit: StateVisit,
  catchers: readonly CompiledCatcher[],
  failure: StatesError,
): Promise<StateExit | undefined> {
  const catcher = catchers.find(({ errorEquals }) => matchesError(errorEquals, failure.error));
  if (catcher === undefined) return undefined;
  const { error = '', cause = '' } = failure.told();
  const errorOutput = payloadOf({ Error: error, Cause: cause }, visit.name);
  return catcher.exit(visit, { errorOutput });
}

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

interface Recoverable {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

interface Recovery {
  readonly retriers: readonly Retrier[];
  readonly catchers: readonly CompiledCatcher[];
  readonly attempt: StateBody;
  readonly givenUp: ((visit: StateVisit) => void) | undefined;
}

/**
 * Makes of one attempt of a Task, Parallel or Map its body: retried first, caught then. `givenUp` is called when a failure
 * is not to be retried any more, before it is caught.
 */
export function withRecovery(
  state: Recoverable,
  language: QueryLanguage,
  attempt: StateBody,
  givenUp?: (visit: StateVisit) => void,
): StateBody {
  const retriers = state.Retry ?? [];
  const catchers = compileCatchers(state.Catch ?? [], language);
  return (visit) => attemptUntilDecided(visit, { retriers, catchers, attempt, givenUp });
}

async function attemptUntilDecided(visit: StateVisit, recovery: Recovery): Promise<StateExit> {
  const { runtime } = visit.chain.run;
  const policy = new RetryPolicy(recovery.retriers, runtime.random);
  for (;;) {
    try {
      return await recovery.attempt(visit);
    } catch (thrown) {
      const failure = visit.failure(thrown);
      // What has succeeded in an attempt that failed is done again by the next.
      runtime.pending.removeInside(visit.chain.run.executionArn, visit.place);
      const delayMs = policy.next(failure);
      if (delayMs === undefined) return giveUp(visit, recovery, failure);
      await sleep(visit.chain, delayMs);
      visit.retryCount += 1;
    }
  }
}

async function giveUp(
  visit: StateVisit,
  { catchers, givenUp }: Recovery,
  failure: StatesError,
): Promise<StateExit> {
  givenUp?.(visit);
  const exit = await catchFailure(visit, catchers, failure);
  if (exit === undefined) throw failure;
  return exit;
}
