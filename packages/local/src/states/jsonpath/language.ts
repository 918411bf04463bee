import type { Results, State } from '../definition.ts';
import type { Exit, Outcome, QueryLanguage } from '../query-language.ts';
import type { StateVisit } from '../state-visit.ts';
import type { QueryScope, Template } from '../template.ts';
import { isJsonObject, type Json, type JsonDocument, type JsonObject, payloadOf } from '../values.ts';
import { assignedBy } from '../variables.ts';
import { compileRule } from './choice-rule.ts';
import { parsePath } from './paths.ts';
import { compileFilterPath, putAt } from './references.ts';
import {
  compileExpression,
  compilePayload,
  compileSettingsField,
  computedTemplate,
  type Evaluate,
  literalTemplate,
  referenceTemplate,
  type ToPathScope,
} from './templates.ts';

/** The fields that states have in JSONPath and not in JSONata, as they are once validated. */
export interface JsonPathFields {
  readonly InputPath?: string | null;
  readonly Parameters?: JsonObject;
  readonly Result?: Json;
  readonly ResultSelector?: JsonObject;
  readonly ResultPath?: string | null;
  readonly OutputPath?: string | null;
  readonly Assign?: JsonObject;
  readonly ItemSelector?: JsonObject;
}

export function jsonPathFieldsOf(owner: object): JsonPathFields {
  return owner as JsonPathFields;
}

/** Fields of a Distributed Map that have fields of their own. */
export const SETTINGS: ReadonlySet<string> = new Set(['ItemReader', 'ItemBatcher', 'ResultWriter']);

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

/** A state in JSONPath, with what its fields have in common. */
export interface JsonPathState {
  readonly state: State;
  readonly toPathScope: ToPathScope;
  readonly effectiveInput: (visit: StateVisit) => JsonDocument;
  /** What it works on: its effective input, or what `Parameters` make of it. */
  readonly work: (visit: StateVisit) => JsonDocument;
}

/** Throws `SyntaxError`. */
export function compileJsonPathState(state: State): JsonPathState {
  const { InputPath, Parameters } = jsonPathFieldsOf(state);
  const input = compileFilterPath(InputPath);
  const dataOf = (query: QueryScope): Json => {
    const data = query.states['input'] as Json;
    return input === undefined ? data : input({ data, query });
  };
  const toPathScope: ToPathScope = (query) => ({ data: dataOf(query), query });
  const effectiveInput = (visit: StateVisit) =>
    input === undefined ? visit.input : payloadOf(dataOf(visit.scope()), visit.name);
  const parameters = Parameters === undefined ? undefined : compilePayload(Parameters);
  const work = (visit: StateVisit) =>
    parameters === undefined
      ? effectiveInput(visit)
      : payloadOf(parameters(toPathScope(visit.scope())), visit.name);
  return { state, toPathScope, effectiveInput, work };
}

/**
 * JSONPath: `InputPath` and `Parameters` make what a state works on, `ResultSelector`, `ResultPath` and `OutputPath` what
 * it leaves. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html
 */
export function jsonPathLanguage(state: State): QueryLanguage {
  const own = compileJsonPathState(state);
  return {
    name: 'JSONPath',
    field: (owner, name) => compileField(owner as JsonObject, name, own),
    work: () => own.work,
    exit: (owner, next) => compileExit(own, owner, next),
  };
}

/** Throws `SyntaxError`. */
function compileField(owner: JsonObject, name: string, own: JsonPathState): Template | undefined {
  const { toPathScope, state } = own;
  if (name === 'Condition') return computedTemplate(compileRule(owner), name, toPathScope);
  if (name === 'Items' && !('ItemReader' in state)) {
    return referenceTemplate(String(owner['ItemsPath'] ?? '$'), name, toPathScope);
  }
  if (name === 'ItemSelector') {
    const { ItemSelector, Parameters } = jsonPathFieldsOf(owner);
    const selector = ItemSelector ?? Parameters;
    return selector && computedTemplate(compilePayload(selector), name, toPathScope);
  }
  const value = owner[name];
  if (SETTINGS.has(name) && isJsonObject(value)) {
    return computedTemplate(compileSettingsField(value), name, toPathScope);
  }
  return value === undefined ? pathField(owner, name, toPathScope) : literalTemplate(value, name);
}

function pathField(owner: JsonObject, name: string, toPathScope: ToPathScope): Template | undefined {
  const text = owner[`${name}Path`];
  if (typeof text !== 'string') return undefined;
  if (text.startsWith('$')) return referenceTemplate(text, name, toPathScope);
  // The error and the cause of a Fail may be made by functions.
  return computedTemplate(compileExpression(text, `${name}Path`), name, toPathScope);
}
