import type { CompiledCatcher } from './catch.ts';
import { catchFailure, compileCatchers } from './catch.ts';
import type { Catcher, Retrier } from './definition.ts';
import { sleep } from './interruption.ts';
import type { QueryLanguage } from './query-language.ts';
import { RetryPolicy } from './retry.ts';
import type { StateBody, StateExit, StateVisit } from './state-visit.ts';
import type { StatesError } from './states-error.ts';

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
