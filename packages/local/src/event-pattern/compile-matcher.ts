import { BlockList, isIP } from 'node:net';

/** An event pattern that is not valid, or uses what the laptop runtime does not match. One sentence. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** The parts of a wildcard pattern: text, an escaped character, or `*`. */
const PARTS = /\\(.?)|\*+|[^\\*]+/gsu;

/**
 * Compiles `wildcard`: `*` stands for any text, also for none; `\*` and `\\` are the characters themselves. Throws
 * {@link PatternError}.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching
 */
function compileWildcard(argument: unknown, path: string): (text: string) => boolean {
  if (typeof argument !== 'string') throw new PatternError(`${path}: wildcard must be a text`);
  const pieces = [''];
  for (const [part, escaped] of argument.matchAll(PARTS)) {
    if (part.startsWith('*')) {
      if (part.length > 1) throw new PatternError(`${path}: wildcard must not have two * in a row`);
      pieces.push('');
      continue;
    }
    if (escaped !== undefined && escaped !== '*' && escaped !== '\\') {
      throw new PatternError(`${path}: wildcard may have a backslash before * and another backslash only`);
    }
    pieces.push(`${pieces.pop()}${escaped ?? part}`);
  }
  return (text) => matchesPieces(text, pieces);
}

/** Takes the first fit of each piece: a later one would leave less for those after it. */
function matchesPieces(text: string, pieces: readonly string[]): boolean {
  const [first = '', ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let position = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, position);
    if (found < 0) return false;
    position = found + piece.length;
  }
  return text.length - last.length >= position && text.endsWith(last);
}

type Test = (value: unknown) => boolean;
type TextTest = (text: string) => boolean;

/** What `anything-but` may exclude besides values, each with a text or a list of them. */
const EXCLUSIONS: ReadonlyMap<string, (text: string, path: string) => TextTest> = new Map([
  ['equals-ignore-case', equalsIgnoringCase],
  ['prefix', (part: string, path: string) => nonEmpty(part, path, (text) => text.startsWith(part))],
  ['suffix', (part: string, path: string) => nonEmpty(part, path, (text) => text.endsWith(part))],
  ['wildcard', compileWildcard],
]);

/**
 * Compiles `anything-but`, which holds for a value that is there and is none of those. With `operators`, it also
 * takes an operator over texts, which nothing but texts can match. Throws {@link PatternError}.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-anything-but
 */
function compileAnythingBut(argument: unknown, path: string, operators = false): Test {
  if (operators && typeof argument === 'object' && argument !== null && !Array.isArray(argument)) {
    return compileExclusion(argument, `${path}: anything-but`);
  }
  const excluded: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
  const isUsable = (value: unknown) => typeof value === 'string' || typeof value === 'number';
  if (excluded.length === 0 || !excluded.every(isUsable)) {
    throw new PatternError(`${path}: anything-but must be a text, a number, or a list of them`);
  }
  const values = new Set<unknown>(excluded);
  return (value) => !values.has(value);
}

function compileExclusion(argument: object, path: string): Test {
  const [entry, ...others] = Object.entries(argument);
  const compile = EXCLUSIONS.get(entry?.[0] ?? '');
  if (entry === undefined || compile === undefined || others.length > 0) {
    throw new PatternError(`${path} takes one of the operators ${[...EXCLUSIONS.keys()].join(', ')}`);
  }
  const [operator, operand] = entry;
  const texts: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  if (texts.length === 0) throw new PatternError(`${path}: ${operator} must not be an empty list`);
  const tests = texts.map((text) => {
    if (typeof text === 'string') return compile(text, path);
    throw new PatternError(`${path}: ${operator} must be a text or a list of texts`);
  });
  return (value) => !(typeof value === 'string' && tests.some((test) => test(value)));
}

function equalsIgnoringCase(excluded: string): TextTest {
  const folded = excluded.toLowerCase();
  return (text) => text.toLowerCase() === folded;
}

/** Every text begins and ends with the empty one. */
function nonEmpty(part: string, path: string, test: TextTest): TextTest {
  if (part === '') throw new PatternError(`${path} must not exclude the empty text`);
  return test;
}

/** Compiles `cidr`, of IPv4 or IPv6: `10.0.0.0/24`. Throws {@link PatternError}. */
function compileCidr(argument: unknown, path: string): (value: unknown) => boolean {
  const [, address = '', prefix = ''] = /^([^/]+)\/(\d{1,3})$/.exec(String(argument)) ?? [];
  const version = isIP(address);
  if (typeof argument !== 'string' || version === 0 || Number(prefix) > (version === 4 ? 32 : 128)) {
    throw new PatternError(`${path}: cidr must be a range of IP addresses such as 10.0.0.0/24`);
  }
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const range = new BlockList();
  range.addSubnet(address, Number(prefix), family);
  return (value) => typeof value === 'string' && isIP(value) === version && range.check(value, family);
}

const COMPARISONS: ReadonlyMap<unknown, (value: number, bound: number) => boolean> = new Map([
  ['=', (value: number, bound: number) => value === bound],
  ['<', (value: number, bound: number) => value < bound],
  ['<=', (value: number, bound: number) => value <= bound],
  ['>', (value: number, bound: number) => value > bound],
  ['>=', (value: number, bound: number) => value >= bound],
]);

/**
 * Compiles `numeric`: one comparison, or two that bound a range. DynamoDB's numbers are texts in stream records, so
 * that it matches none of them. Throws {@link PatternError}.
 */
function compileNumeric(argument: unknown, path: string): (value: unknown) => boolean {
  const parts: readonly unknown[] = Array.isArray(argument) ? argument : [];
  if (parts.length !== 2 && parts.length !== 4) {
    throw new PatternError(`${path}: numeric must be a list such as [">", 0] or [">=", 0, "<", 10]`);
  }
  const comparisons = [parts.slice(0, 2), parts.slice(2)].filter(({ length }) => length > 0);
  const tests = comparisons.map(([symbol, bound]) => compileComparison(symbol, bound, path));
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function compileComparison(symbol: unknown, bound: unknown, path: string): (value: number) => boolean {
  const compare = COMPARISONS.get(symbol);
  if (compare === undefined || typeof bound !== 'number') {
    throw new PatternError(
      `${path}: numeric compares by ${[...COMPARISONS.keys()].join(', ')} with a number`,
    );
  }
  return (value) => compare(value, bound);
}

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
