import { isTooDeepJson } from '../protocol/json.ts';
import { compileMatcher, type Matcher, type PatternDialect, PatternError } from './compile-matcher.ts';

/** Whether an event matches. Events are JSON values. */
export type EventPattern = (event: unknown) => boolean;

/** Alternatives across fields. */
const OR = '$or';

/**
 * Compiles an event pattern, given as JSON text: a field of the pattern holds the values that its field of the event
 * may have, or the fields below it; all fields have to match. Throws {@link PatternError}, also for operators that
 * the dialect does not have.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function compilePattern(text: string, dialect: PatternDialect = 'lambda'): EventPattern {
  if (isTooDeepJson(text)) throw new PatternError('is nested too deeply');
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch (error) {
    throw new PatternError(`is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (!isFields(pattern)) throw new PatternError('must be a JSON object');
  return compileFields(pattern, '', dialect);
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compileFields(fields: Fields, path: string, dialect: PatternDialect): EventPattern {
  const tests = Object.entries(fields).map(([name, pattern]) =>
    name === OR ? compileAlternatives(pattern, path, dialect) : compileField(name, pattern, path, dialect),
  );
  return (event) => tests.every((test) => test(event));
}

function compileAlternatives(pattern: unknown, path: string, dialect: PatternDialect): EventPattern {
  if (!Array.isArray(pattern) || pattern.length < 2 || !pattern.every(isFields)) {
    throw new PatternError(`${path}${OR} must be a list of two patterns or more`);
  }
  const alternatives = pattern.map((fields) => compileFields(fields, path, dialect));
  return (event) => alternatives.some((alternative) => alternative(event));
}

function compileField(name: string, pattern: unknown, parent: string, dialect: PatternDialect): EventPattern {
  const path = `${parent}${name}`;
  if (Array.isArray(pattern)) return compileLeaf(name, pattern, path, dialect);
  if (!isFields(pattern) || Object.keys(pattern).length === 0) {
    throw new PatternError(`${path} must be a list of values, or an object with fields`);
  }
  const below = compileFields(pattern, `${path}.`, dialect);
  return (event) => {
    const value = fieldOf(event, name);
    // Of a list of objects, one has to match on its own.
    return Array.isArray(value) && value.length > 0 ? value.some(below) : below(value);
  };
}

function compileLeaf(
  name: string,
  candidates: readonly unknown[],
  path: string,
  dialect: PatternDialect,
): EventPattern {
  if (candidates.length === 0) throw new PatternError(`${path} is an empty list, which nothing can match`);
  const matchers = candidates.map((candidate) => compileMatcher(candidate, path, dialect));
  return (event) => {
    const leaves = leavesOf(fieldOf(event, name));
    return matchers.some((matcher) => matchesAny(matcher, leaves));
  };
}

function matchesAny(matcher: Matcher, leaves: readonly unknown[]): boolean {
  if ('matchesAbsence' in matcher) return matcher.matchesAbsence === (leaves.length === 0);
  return leaves.some(matcher.matches);
}

function fieldOf(event: unknown, name: string): unknown {
  return isFields(event) && Object.hasOwn(event, name) ? event[name] : undefined;
}

/** Only leaves have values: what holds fields counts as absent where values are asked for. */
function leavesOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return value === undefined || isFields(value) ? [] : [value];
}
