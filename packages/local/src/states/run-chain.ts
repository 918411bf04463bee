import { type Chain, nextTransition, nextTurn } from './chain.ts';
import { type Checkpoint, NOT_TRUNCATED } from './history.ts';
import type { StateExit, StateProgram } from './state-visit.ts';
import { StateVisit } from './state-visit.ts';
import { ChainAborted, type JsonDocument } from './values.ts';
import { assign } from './variables.ts';

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

/** Enters a state, runs it and leaves it. Throws `StatesError`. */
export async function runState(
  program: StateProgram,
  chain: Chain,
  input: JsonDocument,
  resumption: Resumption | undefined,
): Promise<StateExit> {
  const isTurnOver = nextTransition(chain);
  // In the turn in which the last state is left, and so committed with it: what a task has come to is not done again.
  const { enteredEventId, enteredDateMs } = resumption ?? enter(program, chain, input);
  const visit = new StateVisit(chain, program, input, enteredEventId, enteredDateMs);
  try {
    if (isTurnOver) await nextTurn(chain);
    const exit = await program.body(visit);
    if (exit.assigned !== undefined) assign(chain, exit.assigned);
    leave(visit, exit);
    return exit;
  } catch (thrown) {
    if (thrown instanceof ChainAborted) recordAbort(visit);
    else chain.failedIn = program.type;
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
  const { name, type } = visit.program;
  if (type === 'Fail') return;
  const told = { name, output: output.text, outputDetails: NOT_TRUNCATED };
  visit.append(
    `${type}StateExited`,
    assigned === undefined
      ? told
      : { ...told, assignedVariables: assigned.texts, assignedVariablesDetails: NOT_TRUNCATED },
  );
}

/**
 * Tells where a sibling's failure ended this chain, linked to the event that tells of that; states that are left at once
 * have no such event.
 */
function recordAbort({ chain, program: { type } }: StateVisit): void {
  const { reason } = chain.signal;
  const failedEventId = typeof reason === 'number' ? reason : chain.previousEventId;
  chain.beforeAbort?.();
  if (type === 'Task' || type === 'Wait' || type === 'Map' || type === 'Parallel') {
    chain.run.history.append(`${type}StateAborted`, failedEventId);
  }
}
