import type { State } from '../definition.ts';
import { isJsonObject, type Json, type JsonDocument, type JsonObject, payloadOf } from '../json.ts';
import type { QueryLanguage } from '../query-language.ts';
import type { StateVisit } from '../state-visit.ts';
import type { QueryScope, Template } from '../template.ts';
import { compileRule } from './choice-rule.ts';
import { compileFilterPath } from './data-flow.ts';
import { computedTemplate, literalTemplate, referenceTemplate, type ToPathScope } from './field-template.ts';
import { jsonPathFieldsOf, SETTINGS } from './fields.ts';
import { compileExit } from './jsonpath-exit.ts';
import { compileExpression, compilePayload } from './payload-template.ts';
import { compileSettingsField } from './settings-template.ts';

/** A state in JSONPath, with what its fields have in common. */
export interface JsonPathState {
  readonly state: State;
  readonly toPathScope: ToPathScope;
  /** Its input, as `InputPath` has it. */
  readonly effectiveInput: (visit: StateVisit) => JsonDocument;
  /** What it works on: its effective input, or what `Parameters` make of it. */
  readonly work: (visit: StateVisit) => JsonDocument;
}

/**
 * JSONPath: `InputPath` and `Parameters` make what a state works on, `ResultSelector`, `ResultPath` and `OutputPath` what
 * it leaves. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html
 */
export function jsonPathLanguage(state: State): QueryLanguage {
  const own = compileState(state);
  return {
    name: 'JSONPath',
    enter: (visit) => {
      if (visit.isInspected && jsonPathFieldsOf(state).Result === undefined) {
        visit.inspect('afterInputPath', own.effectiveInput(visit));
      }
    },
    field: (owner, name) => compileField(owner as JsonObject, name, own),
    work: () => own.work,
    exit: (owner, next) => compileExit(own, owner, next),
  };
}

function compileState(state: State): JsonPathState {
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
  const work = (visit: StateVisit) => {
    const document =
      parameters === undefined
        ? effectiveInput(visit)
        : payloadOf(parameters(toPathScope(visit.scope())), visit.name);
    visit.inspect('afterParameters', document);
    return document;
  };
  return { state, toPathScope, effectiveInput, work };
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
