import type { QueryScope, Template } from '../template.ts';
import { isJsonObject, type Json, type JsonObject, runtimeError, StatesError } from '../values.ts';
import { inputText, lookUp, type PathScope } from './apply-path.ts';
import { evaluateCall, parseCall } from './intrinsic-call.ts';
import { type Path, parsePath } from './paths.ts';

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

/** What a state's paths are applied to: its input, as `InputPath` has it. */
export type ToPathScope = (query: QueryScope) => PathScope;

/** A field whose value stands in the definition. */
export function literalTemplate(value: Json, name: string): Template {
  return { isConstant: true, evaluate: () => value, unexpected: unexpectedIn(name, JSON.stringify(value)) };
}

/** A field that is made of paths and calls. */
export function computedTemplate(evaluate: Evaluate, name: string, toPathScope: ToPathScope): Template {
  return {
    isConstant: false,
    evaluate: (query) => evaluate(toPathScope(query)),
    unexpected: unexpectedIn(name, name),
  };
}

/** A field `{name}Path` that refers to the value. Throws `SyntaxError`. */
export function referenceTemplate(text: string, name: string, toPathScope: ToPathScope): Template {
  return {
    ...computedTemplate(compileReference(text, name), name, toPathScope),
    unexpected: unexpectedIn(name, text),
  };
}

/** Compiles a path that refers to the value of the field `name`. Throws `SyntaxError`. */
export function compileReference(text: string, name: string): Evaluate {
  const path = parsePath(text);
  return (scope) => {
    const value = lookUp(path, scope);
    if (value !== undefined) return value;
    if (name === 'Items') throw referenceConflict(path, scope);
    throw runtimeError(`The ${name}Path parameter does not reference an input value: ${text}`);
  };
}

function referenceConflict(path: Path, scope: PathScope): StatesError {
  const steps = path.segments.flatMap(({ selector }) => (selector.kind === 'names' ? selector.names : []));
  return new StatesError(
    'States.ReferencePathConflict',
    `Unable to apply step "${steps.at(-1) ?? path.text}" to input ${inputText(path, scope)}`,
    { byInterpreter: true },
  );
}

function unexpectedIn(name: string, text: string): Template['unexpected'] {
  return (expected, value) => runtimeError(unexpectedText(name, text, expected, value));
}

function unexpectedText(name: string, text: string, expected: string, value: Json): string {
  const told = `${text} == ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  switch (name) {
    case 'Items':
      return `Reference path "${text}" must point to array.`;
    case 'Timestamp':
      return `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${told}`;
    case 'Seconds':
      return typeof value === 'number' && value < 0
        ? `The SecondsPath parameter references a negative value: ${told}`
        : `The SecondsPath parameter cannot be parsed as a long value: ${told}`;
    default:
      return `The ${name}Path parameter does not reference a value of the type '${expected}': ${told}`;
  }
}

/**
 * Compiles an ItemReader, ItemBatcher or ResultWriter to what it is in JSONata: `Parameters` are its `Arguments`, and a
 * field `{name}Path` refers to the value of `{name}`. Throws `SyntaxError`.
 */
export function compileSettingsField(settings: JsonObject): Evaluate {
  const members = Object.entries(settings).map(([name, value]) => compileMember(name, value));
  return (scope) => Object.fromEntries(members.map(([name, evaluate]) => [name, evaluate(scope)]));
}

function compileMember(name: string, value: Json): readonly [string, Evaluate] {
  if (name === 'Parameters') return ['Arguments', compilePayload(value)];
  if (name === 'BatchInput') return [name, compilePayload(value)];
  if (name.endsWith('Path') && typeof value === 'string') {
    const referred = name.slice(0, -'Path'.length);
    return [referred, compileReference(value, referred)];
  }
  return [name, () => value];
}
