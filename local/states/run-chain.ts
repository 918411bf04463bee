import type { Chain } from './chain.ts';
import { nextTransition } from './chain.ts';
import { NOT_TRUNCATED } from './history.ts';
import type { JsonDocument, JsonObject } from './json.ts';
import type { Checkpoint } from './progress.ts';
import type { StateExit, StateProgram } from './state-visit.ts';
import { StateVisit } from './state-visit.ts';
import { ChainAborted } from './states-error.ts';

/** The states of a machine, a branch or an item processor, ready to run. */
export interface CompiledStates {
  readonly startAt: string;
  readonly programs: ReadonlyMap<string, StateProgram>;
}

/** The state that a chain goes on in, which it had entered before. */
export type Resumption = Pick<Checkpoint, 'stateName' | 'enteredEventId' | 'enteredDateMs'>;

/**
 * Runs states from the first, or from the one of `resumption`, to the last and gives the output of the last.
 * Throws `StatesError`.
 */
export async function runChain(
  states: CompiledStates,
  chain: Chain,
  input: JsonDocument,
  resumption?: Resumption,
): Promise<JsonDocument> {
  let visit = resumption;
  let name = resumption?.stateName ?? states.startAt;
  let document = input;
  for (;;) {
    const program = states.programs.get(name);
    if (program === undefined) throw new TypeError(`There is no state '${name}'.`);
    const exit = await runState(program, chain, document, visit);
    if (exit.next === undefined) return exit.output;
    visit = undefined;
    name = exit.next;
    document = exit.output;
  }
}

async function runState(
  program: StateProgram,
  chain: Chain,
  input: JsonDocument,
  resumption: Resumption | undefined,
): Promise<StateExit> {
  await nextTransition(chain);
  const { enteredEventId, enteredDateMs } = resumption ?? enter(program, chain, input);
  const visit = new StateVisit(chain, program, input, enteredEventId, enteredDateMs);
  try {
    const exit = await program.body(visit);
    leave(visit, exit);
    return exit;
  } catch (thrown) {
    if (thrown instanceof ChainAborted) recordAbort(visit);
    throw visit.failure(thrown);
  }
}

function enter(
  { name, type }: StateProgram,
  chain: Chain,
  input: JsonDocument,
): Pick<Checkpoint, 'enteredEventId' | 'enteredDateMs'> {
  const { history, runtime } = chain.run;
  const enteredEventId = history.append(`${type}StateEntered`, chain.previousEventId, {
    name,
    input: input.text,
    inputDetails: NOT_TRUNCATED,
  });
  chain.previousEventId = enteredEventId;
  const entered = { enteredEventId, enteredDateMs: runtime.clock.now() };
  chain.progress?.entered({ stateName: name, input, variables: chain.variables, ...entered });
  return entered;
}

function leave(visit: StateVisit, { output, assigned }: StateExit): void {
  const { chain, name } = visit;
  const { type } = visit.program;
  if (assigned !== undefined) chain.variables = { ...chain.variables, ...assigned };
  if (type === 'Fail') return;
  visit.append(`${type}StateExited`, {
    name,
    output: output.text,
    outputDetails: NOT_TRUNCATED,
    ...(assigned === undefined ? {} : assignedDetails(assigned)),
  });
}

function assignedDetails(assigned: JsonObject) {
  const texts = Object.entries(assigned).map(([name, value]) => [name, JSON.stringify(value)]);
  return { assignedVariables: Object.fromEntries(texts), assignedVariablesDetails: NOT_TRUNCATED };
}

/** Tells where a sibling's failure ended this chain; states that are left at once have no such event. */
function recordAbort(visit: StateVisit): void {
  const { type } = visit.program;
  if (type === 'Task' || type === 'Wait' || type === 'Map' || type === 'Parallel') {
    visit.append(`${type}StateAborted`);
  }
}
