import type { Results } from '../definition.ts';
import { isJsonObject, type Json, type JsonDocument, payloadOf } from '../json.ts';
import type { Exit, Outcome } from '../query-language.ts';
import type { StateVisit } from '../state-visit.ts';
import { assignedBy } from '../variables.ts';
import { compileFilterPath } from './data-flow.ts';
import { type JsonPathFields, jsonPathFieldsOf } from './fields.ts';
import type { JsonPathState } from './jsonpath-state.ts';
import { parsePath } from './parse-path.ts';
import { compilePayload, type Evaluate } from './payload-template.ts';
import { putAt } from './reference-path.ts';

/** What is left of a state, and what `$` is in its `Assign`. */
interface Left {
  readonly output: JsonDocument;
  readonly data: Json;
}

/**
 * Compiles how a state, a choice rule or a catcher (`owner`) is left. `$` in `Assign` is what the state came to: its
 * result before `ResultSelector`, the error that was caught, or else its input after `InputPath`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
export function compileExit(own: JsonPathState, owner: Results, next: string | undefined): Exit {
  const { Assign } = jsonPathFieldsOf(owner);
  const assign = Assign === undefined ? undefined : compilePayload(Assign);
  const leave = { caught: compileCaught(owner), result: compileResult(own), input: compileInput(own) };
  return (visit, outcome) => {
    const { output, data } = leftBy(own, leave, visit, outcome);
    return { output, assigned: assign && assignedIn(assign, visit, data), next };
  };
}

interface Leave {
  readonly caught: (visit: StateVisit, error: JsonDocument) => JsonDocument;
  readonly result: (visit: StateVisit, result: JsonDocument) => JsonDocument;
  readonly input: (visit: StateVisit, input: JsonDocument) => JsonDocument;
}

function leftBy(
  { state, effectiveInput, work }: JsonPathState,
  leave: Leave,
  visit: StateVisit,
  outcome: Outcome,
): Left {
  if (outcome !== undefined && 'errorOutput' in outcome) {
    const { errorOutput } = outcome;
    return { output: leave.caught(visit, errorOutput), data: errorOutput.value };
  }
  if (outcome === undefined && state.Type !== 'Pass') {
    const input = effectiveInput(visit);
    return { output: leave.input(visit, input), data: input.value };
  }
  const result = outcome?.result ?? passResult(jsonPathFieldsOf(state), visit, work);
  return { output: leave.result(visit, result), data: result.value };
}

/** What a Pass comes to: its `Result`, or what it would work on. */
function passResult(
  { Result }: JsonPathFields,
  visit: StateVisit,
  work: JsonPathState['work'],
): JsonDocument {
  if (Result === undefined) return work(visit);
  return payloadOf(Result, visit.name);
}

function assignedIn(assign: Evaluate, visit: StateVisit, data: Json) {
  const values = assign({ data, query: visit.scope() });
  return isJsonObject(values) ? assignedBy(values, visit.name) : undefined;
}

/** The error takes the place that the catcher's `ResultPath` gives it; `OutputPath` is for results alone. */
function compileCaught(owner: object): Leave['caught'] {
  return compileResultPath(jsonPathFieldsOf(owner).ResultPath);
}

function compileInput({ state }: JsonPathState): Leave['input'] {
  const output = compileFilterPath(jsonPathFieldsOf(state).OutputPath);
  return (visit, input) =>
    output === undefined ? input : payloadOf(output({ data: input.value, query: visit.scope() }), visit.name);
}

function compileResult(state: JsonPathState): Leave['result'] {
  const { ResultSelector, ResultPath } = jsonPathFieldsOf(state.state);
  const selector = ResultSelector === undefined ? undefined : compilePayload(ResultSelector);
  const put = compileResultPath(ResultPath);
  const output = compileInput(state);
  return (visit, result) => {
    const selected =
      selector === undefined
        ? result
        : payloadOf(selector({ data: result.value, query: visit.scope() }), visit.name);
    return output(visit, put(visit, selected));
  };
}

/** Where a result is put in the state's input: in its place when absent, nowhere when null. */
function compileResultPath(text: string | null | undefined): Leave['result'] {
  if (text === null) return ({ input }) => input;
  if (text === undefined || text === '$') return (_, result) => result;
  const path = parsePath(text);
  return (visit, result) => payloadOf(putAt(path, visit.input.value, result.value), visit.name);
}
