import type { Chain } from './chain.ts';
import type { JsonDocument } from './json.ts';
import { type CompiledStates, runChain } from './run-chain.ts';
import type { StateVisit } from './state-visit.ts';
import { ChainAborted } from './states-error.ts';
import { releaseVariables } from './variables.ts';

/** An iteration of an inline Map. */
export interface Iteration {
  /** Of the Map. */
  readonly visit: StateVisit;
  readonly index: number;
  readonly chain: Chain;
  /** The event that it follows. */
  readonly previousEventId: number;
  readonly states: CompiledStates;
}

/**
 * Runs an iteration to its output, and tells of it in the history. The events of its end stand beside the chain: what
 * follows it is linked to its last state's, but for the success of the Map, which is linked to that of the iteration.
 * Throws `StatesError`, after it has ended the others.
 */
export async function runIteration(
  { visit, index, chain, previousEventId, states }: Iteration,
  input: () => Promise<JsonDocument>,
  endOthers: (eventId: number) => void,
): Promise<JsonDocument> {
  const { history } = visit.chain.run;
  const details = { name: visit.name, index };
  chain.previousEventId = history.append('MapIterationStarted', previousEventId, details);
  const tellOuterAborted = chain.beforeAbort;
  let isTold = false;
  const tellAborted = () => {
    // Branches inside it end each other without ending it.
    if (isTold || !chain.signal.aborted) return;
    tellOuterAborted?.();
    isTold = true;
    const { reason } = chain.signal;
    const failedEventId = typeof reason === 'number' ? reason : chain.previousEventId;
    history.append('MapIterationAborted', failedEventId, details);
  };
  try {
    chain.beforeAbort = tellAborted;
    const output = await runChain(states, chain, await input());
    visit.chain.previousEventId = history.append('MapIterationSucceeded', chain.previousEventId, details);
    return output;
  } catch (thrown) {
    if (thrown instanceof ChainAborted) tellAborted();
    else {
      const failedEventId = chain.previousEventId;
      visit.chain.previousEventId = failedEventId;
      history.append('MapIterationFailed', failedEventId, details);
      if (chain.failedIn === 'Task') history.append('TaskStateAborted', failedEventId);
      endOthers(failedEventId);
    }
    throw thrown;
  } finally {
    releaseVariables(chain);
  }
}
