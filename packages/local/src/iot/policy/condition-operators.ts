import { BlockList, isIP } from 'node:net';
import { compilePattern, fillIn, type Template, type ValuesOf } from './template.ts';
import type { TextMatch } from './wildcards.ts';

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
export function findOperator(name: string): Operator | undefined {
  const compile = affirmative[negations[name] ?? name];
  return compile === undefined ? undefined : { isNegated: name in negations, compile };
}
