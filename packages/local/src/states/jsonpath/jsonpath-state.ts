import type { State } from '../definition.ts';
import { type Json, type JsonDocument, payloadOf } from '../json.ts';
import type { StateVisit } from '../state-visit.ts';
import type { QueryScope } from '../template.ts';
import { compileFilterPath } from './data-flow.ts';
import type { ToPathScope } from './field-template.ts';
import { jsonPathFieldsOf } from './fields.ts';
import { compilePayload } from './payload-template.ts';

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
