import type { CompiledCatcher } from './catch.ts';
import { catchFailure, compileCatchers } from './catch.ts';
import type { Catcher, Retrier } from './definition.ts';
import type { Inspector } from './inspector.ts';
import { sleep } from './interruption.ts';
import type { QueryLanguage } from './query-language.ts';
import { RetryPolicy } from './retry.ts';
import type { StateBody, StateExit, StateVisit } from './state-visit.ts';
import { Retriable, type StatesError } from './states-error.ts';

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
  const { runtime, inspector } = visit.chain.run;
  const policy = new RetryPolicy(recovery.retriers, runtime.random, inspector?.retrierRetryCount);
  for (;;) {
    try {
      return await recovery.attempt(visit);
    } catch (thrown) {
      const failure = visit.failure(thrown);
      // What has succeeded in an attempt that failed is done again by the next.
      runtime.pending.removeInside(visit.chain.run.executionArn, visit.place);
      const delayMs = retryDelayMs(policy, failure, inspector);
      if (delayMs === undefined) return giveUp(visit, recovery, failure);
      await sleep(visit.chain, delayMs);
      visit.retryCount += 1;
    }
  }
}

/** How long to wait before the next attempt; undefined when there is none. Throws {@link Retriable} in a test. */
function retryDelayMs(
  policy: RetryPolicy,
  failure: StatesError,
  inspector: Inspector | undefined,
): number | undefined {
  const retry = policy.next(failure);
  if (retry === undefined || inspector === undefined) return retry?.delayMs;
  inspector.retry(retry);
  if (retry.delayMs !== undefined) throw new Retriable(failure);
  return undefined;
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
