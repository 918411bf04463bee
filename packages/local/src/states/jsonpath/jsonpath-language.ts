import type { State } from '../definition.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { QueryLanguage } from '../query-language.ts';
import type { Template } from '../template.ts';
import { compileRule } from './choice-rule.ts';
import { computedTemplate, literalTemplate, referenceTemplate, type ToPathScope } from './field-template.ts';
import { jsonPathFieldsOf, SETTINGS } from './fields.ts';
import { compileExit } from './jsonpath-exit.ts';
import { compileJsonPathState, type JsonPathState } from './jsonpath-state.ts';
import { compileExpression, compilePayload } from './payload-template.ts';
import { compileSettingsField } from './settings-template.ts';

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
