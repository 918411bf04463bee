import { forkChain } from './chain.ts';
import type { ParallelState, StatesContainer } from './definition.ts';
import { fanOut } from './fan-out.ts';
import type { JsonDocument } from './json.ts';
import { payloadOf } from './json.ts';
import { withRecovery } from './recovery.ts';
import { compileResults, exitWith } from './results.ts';
import type { CompiledStates } from './run-chain.ts';
import { runChain } from './run-chain.ts';
import type { StateBody, StateVisit } from './state-visit.ts';
import type { Template } from './template.ts';
import { compileOptional, evaluateTemplate } from './template.ts';

/** Parallel: every branch gets the same input; the result is the array of their outputs. */
export function compileParallel(
  state: ParallelState,
  compileStates: (container: StatesContainer) => CompiledStates,
): StateBody {
  const branches = state.Branches.map(compileStates);
  const args = compileOptional(state.Arguments, 'Arguments');
  const results = compileResults(state, state.Next);
  return withRecovery(state, async (visit) => {
    const outputs = await runBranches(visit, branches, await branchInput(visit, args));
    const result = payloadOf(
      outputs.map((output) => output.value),
      visit.name,
    );
    visit.append('ParallelStateSucceeded');
    return exitWith(visit, results, visit.scope({ result: result.value }), result);
  });
}

async function branchInput(visit: StateVisit, args: Template | undefined): Promise<JsonDocument> {
  if (args === undefined) return visit.input;
  return payloadOf(await evaluateTemplate(args, visit.scope()), visit.name);
}

async function runBranches(
  visit: StateVisit,
  branches: readonly CompiledStates[],
  input: JsonDocument,
): Promise<JsonDocument[]> {
  visit.append('ParallelStateStarted');
  const { chain } = visit;
  const startedEventId = chain.previousEventId;
  try {
    return await fanOut(chain.signal, branches, branches.length, async ({ item, index, signal }) => {
      const branch = {
        ...forkChain(chain, signal, `${visit.place}/${index}`),
        previousEventId: startedEventId,
      };
      try {
        return await runChain(item, branch, input);
      } finally {
        // What follows the branches is linked to the one that ended, or failed, last.
        if (!signal.aborted) chain.previousEventId = branch.previousEventId;
      }
    });
  } catch (thrown) {
    const failure = visit.failure(thrown);
    visit.append('ParallelStateFailed');
    throw failure;
  }
}
