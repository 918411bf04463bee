import { BlockList, isIP } from 'node:net';
import {
  assertKnownKey,
  compilePattern,
  fillIn,
  isConstant,
  MalformedPolicyError,
  parseTemplate,
  type Template,
  type TextMatch,
  type ValuesOf,
} from './template.ts';

/** How a condition compares. */
export interface Operator {
  /** Whether it holds when no value of the policy matches. */
  readonly isNegated: boolean;
  /** Makes a value of the policy a test of the request's; nothing where a variable has no value, or it is none. */
  readonly compile: (template: Template, valuesOf: ValuesOf) => TextMatch | undefined;
}

type Compile = Operator['compile'];

/** Compares texts, without wildcards. */
function text(normalize: (text: string) => string = String): Compile {
  return (template, valuesOf) => {
    const expected = fillIn(template, valuesOf);
    return expected === undefined ? undefined : (actual) => normalize(actual) === normalize(expected);
  };
}

/** Compares numbers that texts stand for. */
function ordered(
  read: (text: string) => number,
  holds: (actual: number, expected: number) => boolean,
): Compile {
  return (template, valuesOf) => {
    const filled = fillIn(template, valuesOf);
    const expected = filled === undefined ? Number.NaN : read(filled);
    return Number.isNaN(expected) ? undefined : (actual) => holds(read(actual), expected);
  };
}

function readNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

/** ISO 8601, or epoch seconds. */
function readDate(text: string): number {
  return /^\d+$/.test(text) && text.length > 4 ? Number(text) * 1000 : Date.parse(text);
}

const readBoolean: Compile = (template, valuesOf) => {
  const expected = fillIn(template, valuesOf)?.toLowerCase();
  return expected === 'true' || expected === 'false'
    ? (actual) => actual.toLowerCase() === expected
    : undefined;
};

/** An address, or a range in CIDR notation. */
const address: Compile = (template, valuesOf) => {
  const [network = '', prefix] = fillIn(template, valuesOf)?.split('/') ?? [];
  const version = isIP(network);
  const bits = version === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  if (version === 0 || !/^\d*$/.test(prefix ?? '') || length > bits) return undefined;
  const family = `ipv${version as 4 | 6}` as const;
  const range = new BlockList();
  range.addSubnet(network, length, family);
  return (actual) => isIP(actual) !== 0 && range.check(actual, isIP(actual) === 4 ? 'ipv4' : 'ipv6');
};

const ARN_PARTS = 6;

/** Compares ARNs part by part, wildcards within each of them. */
const arn: Compile = (template, valuesOf) => {
  const patterns = splitArn(template).map((part) => compilePattern(part, valuesOf));
  if (patterns.length !== ARN_PARTS) return undefined;
  return patterns.every((pattern) => pattern !== undefined)
    ? (actual) => {
        const parts = splitText(actual);
        return parts.length === ARN_PARTS && patterns.every((matches, at) => matches(parts[at] ?? ''));
      }
    : undefined;
};

/** Splits at the colons that separate an ARN's parts; the last part may have colons of its own. */
function splitArn(template: Template): Template[] {
  const parts: Template[number][][] = [[]];
  for (const piece of template) {
    if (typeof piece !== 'string') {
      parts.at(-1)?.push(piece);
      continue;
    }
    const [first = '', ...rest] = splitText(piece, ARN_PARTS - parts.length + 1);
    parts.at(-1)?.push(first);
    for (const part of rest) parts.push([part]);
  }
  return parts;
}

function splitText(text: string, limit = ARN_PARTS): string[] {
  const parts = text.split(':');
  return parts.length <= limit ? parts : [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(':')];
}

const lower = (text: string) => text.toLowerCase();

const affirmative: Readonly<Record<string, Compile>> = {
  StringEquals: text(),
  StringEqualsIgnoreCase: text(lower),
  StringLike: compilePattern,
  NumericEquals: ordered(readNumber, (actual, expected) => actual === expected),
  NumericLessThan: ordered(readNumber, (actual, expected) => actual < expected),
  NumericLessThanEquals: ordered(readNumber, (actual, expected) => actual <= expected),
  NumericGreaterThan: ordered(readNumber, (actual, expected) => actual > expected),
  NumericGreaterThanEquals: ordered(readNumber, (actual, expected) => actual >= expected),
  DateEquals: ordered(readDate, (actual, expected) => actual === expected),
  DateLessThan: ordered(readDate, (actual, expected) => actual < expected),
  DateLessThanEquals: ordered(readDate, (actual, expected) => actual <= expected),
  DateGreaterThan: ordered(readDate, (actual, expected) => actual > expected),
  DateGreaterThanEquals: ordered(readDate, (actual, expected) => actual >= expected),
  Bool: readBoolean,
  IpAddress: address,
  ArnEquals: arn,
  ArnLike: arn,
};

const negations: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

/** An operator by its name; nothing for one that the laptop does not know. Source: IAM user guide, "Condition operators". */
function findOperator(name: string): Operator | undefined {
  const compile = affirmative[negations[name] ?? name];
  return compile === undefined ? undefined : { isNegated: name in negations, compile };
}

/** One key of one operator in a `Condition` block. */
export interface Condition {
  readonly key: string;
  readonly values: readonly Template[];
  /** Absent for `Null`, which asks whether the key is there. */
  readonly operator?: Operator;
  readonly quantifier?: 'ForAllValues' | 'ForAnyValue';
  readonly isOptional: boolean;
}

const operatorName = /^(?:(?<quantifier>ForAllValues|ForAnyValue):)?(?<name>\w+?)(?<optional>IfExists)?$/;

/** Reads a `Condition` block. Throws {@link MalformedPolicyError}. */
export function parseConditions(block: unknown): readonly Condition[] {
  return entriesOf(block, 'Condition').flatMap(([operator, keys]) =>
    entriesOf(keys, operator).map(([key, values]) => parseCondition(operator, key, values)),
  );
}

function parseCondition(text: string, key: string, given: unknown): Condition {
  const { quantifier, name = '', optional } = operatorName.exec(text)?.groups ?? {};
  const operator = findOperator(name);
  if (operator === undefined && (name !== 'Null' || quantifier !== undefined || optional !== undefined)) {
    throw new MalformedPolicyError(`${text} is no condition operator that the laptop knows.`);
  }
  assertKnownKey(key);
  const values = (Array.isArray(given) ? given : [given]).map((value) =>
    parseValue(value, `${text} of ${key}`),
  );
  for (const value of values) {
    if (isConstant(value) && !canCompare(value, operator)) {
      throw new MalformedPolicyError(`${text} of ${key} can't compare with a value that it is given.`);
    }
  }
  return {
    key,
    values,
    ...(operator === undefined ? {} : { operator }),
    ...(quantifier === undefined ? {} : { quantifier: quantifier as 'ForAllValues' | 'ForAnyValue' }),
    isOptional: optional !== undefined,
  };
}

const noValues: ValuesOf = () => [];
const nullOperator = findOperator('Bool');

function canCompare(value: Template, operator = nullOperator): boolean {
  return operator?.compile(value, noValues) !== undefined;
}

function parseValue(value: unknown, where: string): Template {
  if (typeof value !== 'string' && typeof value !== 'boolean' && typeof value !== 'number') {
    throw new MalformedPolicyError(`${where} has a value that is neither text, number nor boolean.`);
  }
  return parseTemplate(String(value));
}

function entriesOf(value: unknown, where: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedPolicyError(`${where} is not a JSON object.`);
  }
  return Object.entries(value);
}

/**
 * Whether a condition holds for a request. A variable without a value matches nothing, and makes a negated condition
 * fail. Source: IAM user guide, "Condition operators", "Multivalued context keys".
 */
export function holds(condition: Condition, valuesOf: ValuesOf): boolean {
  const { operator, quantifier, isOptional } = condition;
  const actual = valuesOf(condition.key);
  if (operator === undefined) return isNull(condition, actual.length === 0, valuesOf);
  if (actual.length === 0) {
    return isOptional || (quantifier === undefined ? operator.isNegated : quantifier === 'ForAllValues');
  }
  const expected = condition.values.map((value) => operator.compile(value, valuesOf));
  if (operator.isNegated && expected.includes(undefined)) return false;
  const isMet = (value: string) => expected.some((matches) => matches?.(value)) !== operator.isNegated;
  return quantifier === 'ForAllValues' ? actual.every(isMet) : actual.some(isMet);
}

function isNull({ values }: Condition, isAbsent: boolean, valuesOf: ValuesOf): boolean {
  return values.some((value) => nullOperator?.compile(value, valuesOf)?.(String(isAbsent)));
}
