import jsonata from 'jsonata';
import type { QueryScope } from '../template.ts';
import { isJsonObject, type Json, StatesError } from '../values.ts';
import { stepFunctionsFunctions } from './functions.ts';

/** A compiled `{% … %}`; `source` is the text between the marks, trimmed. */
export interface JsonataExpression {
  readonly source: string;
  readonly compiled: jsonata.Expression;
}

/** Keeps a runaway expression from stopping the whole runtime. */
const EVALUATION_LIMITS = { timeout: 10_000, stack: 1_000 };

/** Expressions repeat (`$states.input` is everywhere); compiled ones hold no state between evaluations. */
const compiledExpressions = new Map<string, JsonataExpression>();
const MAX_COMPILED_EXPRESSIONS = 10_000;

/** Formats as `$now(picture, timezone)` does, for a time that the runtime's clock tells. */
const formatTime = jsonata('$fromMillis($time, $picture, $timezone)');

/** The text between `{%` and `%}`, or undefined for a string that is to be taken literally. */
export function expressionIn(text: string): string | undefined {
  if (!text.startsWith('{%') || !text.endsWith('%}') || text.length < 4) return undefined;
  return text.slice(2, -2).trim();
}

/** Compiles an expression once. Throws JSONata's own error for one that does not parse. */
export function compileExpression(source: string): JsonataExpression {
  const known = compiledExpressions.get(source);
  if (known !== undefined) return known;
  const compiled = jsonata(source, EVALUATION_LIMITS);
  for (const { name, implementation, signature } of stepFunctionsFunctions) {
    compiled.registerFunction(name, implementation, signature);
  }
  // Step Functions has no $eval; $parse takes its place.
  compiled.assign('eval', undefined);
  const expression = { source, compiled };
  if (compiledExpressions.size < MAX_COMPILED_EXPRESSIONS) compiledExpressions.set(source, expression);
  return expression;
}

/**
 * Evaluates an expression; `location` names its field, as in `Output/deviceId`.
 * Throws `States.QueryEvaluationError` when it fails or returns nothing (undefined).
 */
export async function evaluateExpression(
  expression: JsonataExpression,
  scope: QueryScope,
  location: string,
): Promise<Json> {
  let result: unknown;
  try {
    result = await expression.compiled.evaluate(undefined, bindingsOf(scope));
  } catch (error) {
    throw queryError(expression, location, `threw an error during evaluation. ${describe(error)}`);
  }
  const value = asJson(result, scope);
  if (value === undefined) throw queryError(expression, location, 'returned nothing (undefined).');
  return value;
}

/** The error of an expression whose result has a type that its field does not take. */
export function unexpectedType(source: string, location: string, expected: string, value: Json): StatesError {
  return new StatesError(
    'States.QueryEvaluationError',
    `The JSONata expression '${source}' specified for the field '${location}' returned an unexpected result type. ` +
      `Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`,
    { location, byInterpreter: true },
  );
}

function bindingsOf(scope: QueryScope): Record<string, unknown> {
  const { nowMs } = scope;
  return {
    ...scope.variables,
    states: scope.states,
    millis: () => nowMs,
    now: (picture?: string, timezone?: string) =>
      picture === undefined && timezone === undefined
        ? new Date(nowMs).toISOString()
        : formatTime.evaluate(undefined, { time: nowMs, picture, timezone }),
  };
}

/** JSONata marks its sequences and may return functions; what goes on is plain JSON. */
function asJson(result: unknown, scope: QueryScope): Json | undefined {
  switch (typeof result) {
    case 'string':
    case 'boolean':
    case 'number':
      return result;
    case 'object':
      return result === null || isUntouched(result, scope) ? (result as Json) : plain(result);
    default:
      return undefined;
  }
}

function isUntouched(result: object, scope: QueryScope): boolean {
  return result === scope.states['input'] || result === scope.states['result'];
}

function plain(result: object): Json | undefined {
  if ('_jsonata_lambda' in result || '_jsonata_function' in result) return undefined;
  return JSON.parse(JSON.stringify(result));
}

function queryError(expression: JsonataExpression, location: string, what: string): StatesError {
  return new StatesError(
    'States.QueryEvaluationError',
    `The JSONata expression '${expression.source}' specified for the field '${location}' ${what}`,
    { location, byInterpreter: true },
  );
}

/** JSONata throws plain objects with a code and a message, functions throw errors. */
export function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { code, message } = error as { code?: unknown; message?: unknown };
  const text = typeof message === 'string' ? message : JSON.stringify(error);
  return typeof code === 'string' ? `${code}: ${text}` : text;
}

/** The names that JSONata's `$type` gives. */
function typeName(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return isJsonObject(value) ? 'object' : typeof value;
}
