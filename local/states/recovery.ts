import type { CompiledCatcher } from './catch.ts';
import { catchFailure, compileCatchers } from './catch.ts';
import type { Catcher, Retrier } from './definition.ts';
import { sleep } from './interruption.ts';
import { RetryPolicy } from './retry.ts';
import type { StateBody, StateExit, StateVisit } from './state-visit.ts';

interface Recoverable {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

/** Makes of one attempt of a Task, Parallel or Map its body: retried first, caught then. */
export function withRecovery(state: Recoverable, attempt: StateBody): StateBody {
  const retriers = state.Retry ?? [];
  const catchers = compileCatchers(state.Catch ?? []);
  return (visit) => attemptUntilDecided(visit, retriers, catchers, attempt);
}

async function attemptUntilDecided(
  visit: StateVisit,
  retriers: readonly Retrier[],
  catchers: readonly CompiledCatcher[],
  attempt: StateBody,
): Promise<StateExit> {
  const policy = new RetryPolicy(retriers, visit.chain.run.runtime.random);
  for (;;) {
    try {
      return await attempt(visit);
    } catch (thrown) {
      const failure = visit.failure(thrown);
      const delayMs = policy.nextDelayMs(failure);
      if (delayMs === undefined) {
        const exit = await catchFailure(visit, catchers, failure);
        if (exit === undefined) throw failure;
        return exit;
      }
      await sleep(visit.chain, delayMs);
      visit.retryCount += 1;
    }
  }
}
