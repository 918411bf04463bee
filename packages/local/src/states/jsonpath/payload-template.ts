import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { runtimeError } from '../states-error.ts';
import { evaluateCall } from './evaluate-call.ts';
import { parseCall } from './intrinsic-call.ts';
import { parsePath } from './parse-path.ts';
import type { Path } from './path.ts';
import { inputText, lookUp, type PathScope } from './scope.ts';

/** Makes a value of what paths find in a scope. Throws `StatesError`. */
export type Evaluate = (scope: PathScope) => Json;

const SUFFIX = '.$';

/** A path, or the call of an intrinsic function; `field` is the field's name in messages. Throws `SyntaxError`. */
export function compileExpression(text: string, field: string): Evaluate {
  if (text.startsWith('$')) return compilePath(parsePath(text), field);
  const call = parseCall(text);
  return (scope) => evaluateCall(call, scope);
}

function compilePath(path: Path, field: string): Evaluate {
  return (scope) => {
    const value = lookUp(path, scope);
    if (value !== undefined) return value;
    throw runtimeError(
      `The JSONPath '${path.text}' specified for the field '${field}' could not be found in the input ` +
        `'${inputText(path, scope)}'`,
    );
  };
}

/**
 * Compiles a payload template: fields whose names end in `.$`, at every depth, have a path or a call as their value.
 * Throws `SyntaxError`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-inputpath-params.html
 */
export function compilePayload(template: Json): Evaluate {
  if (Array.isArray(template)) return compileArray(template);
  return isJsonObject(template) ? compileObject(template) : () => template;
}

function compileArray(template: readonly Json[]): Evaluate {
  const items = template.map(compilePayload);
  return (scope) => items.map((evaluate) => evaluate(scope));
}

function compileObject(template: JsonObject): Evaluate {
  const members = Object.entries(template).map(([key, value]) => {
    const isExpression = key.endsWith(SUFFIX) && typeof value === 'string';
    return [
      isExpression ? withoutSuffix(key) : key,
      isExpression ? compileExpression(value, key) : compilePayload(value),
    ] as const;
  });
  return (scope) => Object.fromEntries(members.map(([key, evaluate]) => [key, evaluate(scope)]));
}

/** The name that a field of a payload template gets. */
export function withoutSuffix(key: string): string {
  return key.endsWith(SUFFIX) ? key.slice(0, -SUFFIX.length) : key;
}
