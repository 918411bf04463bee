import { compileAnythingBut } from './compile-anything-but.ts';
import { compileCidr } from './compile-cidr.ts';
import { compileNumeric } from './compile-numeric.ts';
import { compileWildcard } from './compile-wildcard.ts';
import { PatternError } from './pattern-error.ts';

/** One entry of a field's list: a test of a value, or of whether there is one. */
export type Matcher = { matches(value: unknown): boolean } | { readonly matchesAbsence: boolean };

/** Whose patterns: AWS Lambda's event filters have some of the operators of EventBridge's rules. */
export type PatternDialect = 'lambda' | 'eventBridge';

type Compile = (argument: unknown, path: string) => Matcher;

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax */
const LAMBDA: readonly (readonly [operator: string, compile: Compile])[] = [
  ['anything-but', (argument, path) => ({ matches: compileAnythingBut(argument, path) })],
  ['equals-ignore-case', (argument, path) => equalsIgnoreCase(argument, `${path}: equals-ignore-case`)],
  ['exists', exists],
  ['numeric', (argument, path) => ({ matches: compileNumeric(argument, path) })],
  ['prefix', (argument, path) => affix(argument, `${path}: prefix`, startsWith)],
  ['suffix', (argument, path) => affix(argument, `${path}: suffix`, endsWith)],
];

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
const EVENT_BRIDGE: typeof LAMBDA = [
  ...LAMBDA,
  ['anything-but', (argument, path) => ({ matches: compileAnythingBut(argument, path, true) })],
  ['cidr', (argument, path) => ({ matches: compileCidr(argument, path) })],
  ['prefix', (argument, path) => affixOrIgnoringCase(argument, `${path}: prefix`, startsWith)],
  ['suffix', (argument, path) => affixOrIgnoringCase(argument, `${path}: suffix`, endsWith)],
  ['wildcard', (argument, path) => ofText(compileWildcard(argument, path))],
];

const OPERATORS: Readonly<Record<PatternDialect, ReadonlyMap<string, Compile>>> = {
  lambda: new Map(LAMBDA),
  eventBridge: new Map(EVENT_BRIDGE),
};

/** Throws {@link PatternError}. `path` says where in the pattern. */
export function compileMatcher(candidate: unknown, path: string, dialect: PatternDialect): Matcher {
  if (isScalar(candidate)) return { matches: (value) => value === candidate };
  const [entry, ...others] = Object.entries(Object(candidate));
  if (Array.isArray(candidate) || entry === undefined || others.length > 0) {
    throw new PatternError(`${path} must list values, or objects with one operator each`);
  }
  const [operator, argument] = entry;
  const operators = OPERATORS[dialect];
  const compile = operators.get(operator);
  if (compile === undefined) {
    throw new PatternError(
      `${path} has the operator ${operator}: the laptop runtime knows ${[...operators.keys()].join(', ')}`,
    );
  }
  return compile(argument, path);
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function exists(argument: unknown, path: string): Matcher {
  if (typeof argument !== 'boolean') throw new PatternError(`${path}: exists must be true or false`);
  return { matchesAbsence: !argument };
}

function equalsIgnoreCase(argument: unknown, path: string): Matcher {
  const folded = textOf(argument, path).toLowerCase();
  return ofText((text) => text.toLowerCase() === folded);
}

type IsAffix = (text: string, part: string) => boolean;

function startsWith(text: string, part: string): boolean {
  return text.startsWith(part);
}

function endsWith(text: string, part: string): boolean {
  return text.endsWith(part);
}

function affix(argument: unknown, path: string, isAffix: IsAffix): Matcher {
  const part = textOf(argument, path);
  return ofText((text) => isAffix(text, part));
}

/** A text, or `{ "equals-ignore-case": text }`. */
function affixOrIgnoringCase(argument: unknown, path: string, isAffix: IsAffix): Matcher {
  const [entry, ...others] = typeof argument === 'object' ? Object.entries(Object(argument)) : [];
  if (entry?.[0] !== 'equals-ignore-case' || others.length > 0) return affix(argument, path, isAffix);
  const part = textOf(entry[1], `${path}: equals-ignore-case`).toLowerCase();
  return ofText((text) => isAffix(text.toLowerCase(), part));
}

function textOf(argument: unknown, path: string): string {
  if (typeof argument !== 'string') throw new PatternError(`${path} must be a text`);
  return argument;
}

function ofText(matches: (text: string) => boolean): Matcher {
  return { matches: (value) => typeof value === 'string' && matches(value) };
}
