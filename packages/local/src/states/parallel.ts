import type { Chain } from './chain.ts';
import { forkChain } from './chain.ts';
import type { ParallelState, StatesContainer } from './definition.ts';
import { fanOut } from './fan-out.ts';
import type { JsonDocument } from './json.ts';
import { payloadOf } from './json.ts';
import type { QueryLanguage } from './query-language.ts';
import { withRecovery } from './recovery.ts';
import type { CompiledStates } from './run-chain.ts';
import { runChain } from './run-chain.ts';
import type { StateBody, StateVisit } from './state-visit.ts';
import { ChainAborted } from './states-error.ts';
import { releaseVariables } from './variables.ts';

/** Parallel: every branch gets the same input; the result is the array of their outputs. */
export function compileParallel(
  state: ParallelState,
  language: QueryLanguage,
  compileStates: (container: StatesContainer) => CompiledStates,
): StateBody {
  const branches = state.Branches.map(compileStates);
  const work = language.work(state);
  const exit = language.exit(state, state.Next);
  const attempt: StateBody = async (visit) => {
    const input = await work(visit);
    const outputs = await runBranches(visit, branches, input);
    const result = payloadOf(
      outputs.map((output) => output.value),
      visit.name,
    );
    visit.note('ParallelStateSucceeded');
    return exit(visit, { result });
  };
  return withRecovery(state, language, attempt, (visit) => visit.append('ParallelStateFailed'));
}

async function runBranches(
  visit: StateVisit,
  branches: readonly CompiledStates[],
  input: JsonDocument,
): Promise<JsonDocument[]> {
  visit.append('ParallelStateStarted');
  const { chain } = visit;
  const startedEventId = chain.previousEventId;
  return fanOut(chain.signal, branches, branches.length, async ({ item, index, signal, endOthers }) => {
    const branch: Chain = {
      ...forkChain(chain, signal, `${visit.place}/${index}`),
      previousEventId: startedEventId,
    };
    try {
      const output = await runChain(item, branch, input);
      // What follows the branches is linked to the one that ended last.
      chain.previousEventId = branch.previousEventId;
      return output;
    } catch (thrown) {
      if (!(thrown instanceof ChainAborted)) {
        chain.previousEventId = branch.previousEventId;
        endOthers(branch.previousEventId);
      }
      throw thrown;
    } finally {
      releaseVariables(branch);
    }
  });
}
