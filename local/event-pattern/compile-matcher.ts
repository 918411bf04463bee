import { compileNumeric } from './compile-numeric.ts';
import { PatternError } from './pattern-error.ts';

/** One entry of a field's list: a test of a value, or of whether there is one. */
export type Matcher = { matches(value: unknown): boolean } | { readonly matchesAbsence: boolean };

type Compile = (argument: unknown, path: string) => Matcher;

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax */
const OPERATORS: ReadonlyMap<string, Compile> = new Map<string, Compile>([
  ['anything-but', anythingBut],
  ['equals-ignore-case', equalsIgnoreCase],
  ['exists', exists],
  ['numeric', (argument, path) => ({ matches: compileNumeric(argument, path) })],
  ['prefix', (argument, path) => affix(argument, `${path}: prefix`, (text, part) => text.startsWith(part))],
  ['suffix', (argument, path) => affix(argument, `${path}: suffix`, (text, part) => text.endsWith(part))],
]);

/** Throws {@link PatternError}. `path` says where in the pattern. */
export function compileMatcher(candidate: unknown, path: string): Matcher {
  if (isScalar(candidate)) return { matches: (value) => value === candidate };
  const [entry, ...others] = Object.entries(Object(candidate));
  if (Array.isArray(candidate) || entry === undefined || others.length > 0) {
    throw new PatternError(`${path} must list values, or objects with one operator each`);
  }
  const [operator, argument] = entry;
  const compile = OPERATORS.get(operator);
  if (compile === undefined) {
    throw new PatternError(
      `${path} has the operator ${operator}: the laptop runtime knows ${[...OPERATORS.keys()].join(', ')}`,
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

/** Holds for a value that is there and is none of those. */
function anythingBut(argument: unknown, path: string): Matcher {
  const excluded: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
  const isUsable = (value: unknown): value is string | number =>
    typeof value === 'string' || typeof value === 'number';
  if (excluded.length === 0 || !excluded.every(isUsable)) {
    throw new PatternError(`${path}: anything-but must be a text, a number, or a list of them`);
  }
  const values = new Set<unknown>(excluded);
  return { matches: (value) => !values.has(value) };
}

function equalsIgnoreCase(argument: unknown, path: string): Matcher {
  if (typeof argument !== 'string') throw new PatternError(`${path}: equals-ignore-case must be a text`);
  const folded = argument.toLowerCase();
  return { matches: (value) => typeof value === 'string' && value.toLowerCase() === folded };
}

function affix(argument: unknown, path: string, isAffix: (text: string, part: string) => boolean): Matcher {
  if (typeof argument !== 'string') throw new PatternError(`${path} must be a text`);
  return { matches: (value) => typeof value === 'string' && isAffix(value, argument) };
}
