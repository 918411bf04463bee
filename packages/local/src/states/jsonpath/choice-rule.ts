import { isJsonObject, isTimestamp, type Json, type JsonObject, runtimeError } from '../values.ts';
import { lookUp, type PathScope } from './apply-path.ts';
import { type Path, parsePath } from './paths.ts';

/** Whether a text is a pattern: a backslash stands before `*` and itself alone. */
export function isPattern(text: string): boolean {
  return /^(?:[^\\]|\\[*\\])*$/s.test(text);
}

/** `StringMatches`: `*` stands for any characters, `\*` for itself. */
export function matchesPattern(value: Json, pattern: Json): boolean {
  if (typeof value !== 'string' || typeof pattern !== 'string') return false;
  const parts = [''];
  for (const [token] of pattern.matchAll(/\\.|./gsu)) {
    if (token === '*') parts.push('');
    else parts[parts.length - 1] += token.length > 1 && token.startsWith('\\') ? token.slice(1) : token;
  }
  return matchesParts(value, parts);
}

/** Each part is looked for after the one before, which takes no longer than the value is long for each. */
function matchesParts(value: string, [first = '', ...others]: readonly string[]): boolean {
  const last = others.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first) || !value.endsWith(last)) return false;
  let position = first.length;
  for (const part of others) {
    const found = value.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return position <= value.length - last.length;
}

/** Whether a value stands to an operand as an operator of choice rules says; for values of other types it does not. */
type Holds = (value: Json, operand: Json) => boolean;

export interface Comparison {
  /** Whether the operand is a path. */
  readonly isOnPath: boolean;
  /** What its operand must be, where it is a literal. */
  readonly operandType: 'string' | 'number' | 'boolean' | 'timestamp';
  readonly holds: Holds;
}

/** The one comparison that does not need its value. */
export const isPresentOperator = 'IsPresent';

const ORDERS: Readonly<Record<string, (order: number) => boolean>> = {
  Equals: (order) => order === 0,
  LessThan: (order) => order < 0,
  GreaterThan: (order) => order > 0,
  LessThanEquals: (order) => order <= 0,
  GreaterThanEquals: (order) => order >= 0,
};

const TYPES: Readonly<Record<string, (value: Json) => boolean>> = {
  IsBoolean: (value) => typeof value === 'boolean',
  IsNull: (value) => value === null,
  IsNumeric: (value) => typeof value === 'number',
  IsString: (value) => typeof value === 'string',
  IsTimestamp: (value) => isTimestamp(value),
};

interface Kind {
  readonly operandType: Comparison['operandType'];
  readonly orders: readonly string[];
  /** What is compared of a value; undefined for a value of another type. */
  readonly keyOf: (value: Json) => string | number | undefined;
}

const KINDS: Readonly<Record<string, Kind>> = {
  String: {
    operandType: 'string',
    orders: Object.keys(ORDERS),
    keyOf: (value) => (typeof value === 'string' ? value : undefined),
  },
  Numeric: {
    operandType: 'number',
    orders: Object.keys(ORDERS),
    keyOf: (value) => (typeof value === 'number' ? value : undefined),
  },
  Boolean: {
    operandType: 'boolean',
    orders: ['Equals'],
    keyOf: (value) => (typeof value === 'boolean' ? Number(value) : undefined),
  },
  Timestamp: {
    operandType: 'timestamp',
    orders: Object.keys(ORDERS),
    keyOf: (value) => (isTimestamp(value) ? Date.parse(value) : undefined),
  },
};

function ordered({ keyOf }: Kind, isInOrder: (order: number) => boolean): Holds {
  return (value, operand) => {
    const [key, other] = [keyOf(value), keyOf(operand)];
    if (key === undefined || other === undefined) return false;
    return isInOrder(key < other ? -1 : Number(key > other));
  };
}

function orderedComparisons(): (readonly [string, Comparison])[] {
  return Object.entries(KINDS).flatMap(([name, kind]) =>
    kind.orders.flatMap((order) => {
      const holds = ordered(kind, ORDERS[order] ?? (() => false));
      const { operandType } = kind;
      return [
        [`${name}${order}`, { isOnPath: false, operandType, holds }],
        [`${name}${order}Path`, { isOnPath: true, operandType, holds }],
      ] as const;
    }),
  );
}

function typeComparisons(): (readonly [string, Comparison])[] {
  return Object.entries(TYPES).map(([name, isOfType]) => [
    name,
    { isOnPath: false, operandType: 'boolean', holds: (value, operand) => isOfType(value) === operand },
  ]);
}

const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ...orderedComparisons(),
  ...typeComparisons(),
  ['StringMatches', { isOnPath: false, operandType: 'string', holds: matchesPattern }] as const,
]);

/** Every operator that stands beside `Variable`. */
export const comparisonOperators: readonly string[] = [...comparisons.keys(), isPresentOperator];

/** What an operator compares; undefined for `IsPresent`, and for what is none. */
export function comparisonOf(operator: string): Comparison | undefined {
  return comparisons.get(operator);
}

/** Whether a choice rule holds. Throws `States.Runtime` for a path that finds nothing. */
export type Rule = (scope: PathScope) => boolean;

/**
 * Compiles a choice rule: `And`, `Or`, `Not`, or a `Variable` with a comparison. What decides first decides alone.
 * Throws `SyntaxError` for a path that is none.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
 */
export function compileRule(rule: JsonObject): Rule {
  const { And, Or, Not } = rule;
  if (And !== undefined) {
    const rules = innerRules(And);
    return (scope) => rules.every((holds) => holds(scope));
  }
  if (Or !== undefined) {
    const rules = innerRules(Or);
    return (scope) => rules.some((holds) => holds(scope));
  }
  if (isJsonObject(Not)) {
    const holds = compileRule(Not);
    return (scope) => !holds(scope);
  }
  return compileComparison(rule);
}

function innerRules(rules: Json): readonly Rule[] {
  return Array.isArray(rules) ? (rules as readonly Json[]).filter(isJsonObject).map(compileRule) : [];
}

function compileComparison(rule: JsonObject): Rule {
  const variable = parsePath(String(rule['Variable']));
  for (const [operator, operand] of Object.entries(rule)) {
    if (operator === isPresentOperator) return (scope) => (lookUp(variable, scope) !== undefined) === operand;
    const comparison = comparisonOf(operator);
    if (comparison !== undefined) return compare(variable, comparison, operand as Json);
  }
  throw new TypeError(`The choice rule on '${variable.text}' has no comparison.`);
}

function compare(variable: Path, { isOnPath, holds }: Comparison, operand: Json): Rule {
  if (!isOnPath) return (scope) => holds(found(variable, scope), operand);
  const other = parsePath(String(operand));
  return (scope) => holds(found(variable, scope), found(other, scope));
}

function found(path: Path, scope: PathScope): Json {
  const value = lookUp(path, scope);
  if (value !== undefined) return value;
  throw runtimeError(
    `Invalid path '${path.text}': The choice state's condition path references an invalid value.`,
  );
}
