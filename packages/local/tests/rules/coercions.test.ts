import { describe, expect, it } from '@jest/globals';
import { GUIDE, selectJson } from './evaluate.ts';

/** One of each type, and of each kind of String, as SQL and as JavaScript. */
const operands: readonly (readonly [string, unknown])[] = [
  ['5', 5],
  ['2.5', 2.5],
  ['TRUE', true],
  ["'False'", 'False'],
  ["'-7'", '-7'],
  ["'1E2'", '1E2'],
  ["'text'", 'text'],
  ['[1, 2]', [1, 2]],
  ["{'a': 1}", { a: 1 }],
  ['NULL', null],
  ['missing', undefined],
];

type Expected = (left: unknown, right: unknown) => unknown;

/** "String/Int/Decimal: if all strings can be converted to Decimal." */
function numberOf(operand: unknown): number | undefined {
  if (typeof operand === 'number') return operand;
  return typeof operand === 'string' && /\d/.test(operand) ? Number(operand) : undefined;
}

/** "Boolean operands or case insensitive "true" or "false" string operands are required." */
function booleanOf(operand: unknown): boolean | undefined {
  if (typeof operand === 'boolean') return operand;
  return operand === 'False' ? false : undefined;
}

function textOf(operand: unknown): string | undefined {
  if (operand === null || operand === undefined) return undefined;
  return typeof operand === 'object' ? JSON.stringify(operand) : String(operand);
}

const ofNumbers =
  (compute: (left: number, right: number) => unknown): Expected =>
  (left, right) => {
    const [one, other] = [numberOf(left), numberOf(right)];
    return one === undefined || other === undefined ? undefined : compute(one, other);
  };

/** "Returns true if either the left or the right operands are true", and what is alike of AND. */
const ofBooleans =
  (settles: boolean): Expected =>
  (left, right) => {
    const both = [booleanOf(left), booleanOf(right)];
    if (both.includes(settles)) return settles;
    return both.includes(undefined) ? undefined : !settles;
  };

const isSame: Expected = (left, right) => JSON.stringify(left) === JSON.stringify(right);
const unlessUndefined =
  (verdict: Expected): Expected =>
  (left, right) =>
    left === undefined || right === undefined ? undefined : verdict(left, right);

const plus: Expected = (left, right) => {
  if (typeof left !== 'string' && typeof right !== 'string') {
    return typeof left === 'number' && typeof right === 'number' ? left + right : undefined;
  }
  const [head, tail] = [textOf(left), textOf(right)];
  return head === undefined || tail === undefined ? undefined : head + tail;
};

/** The tables of the operators, row by row. */
const tables: Readonly<Record<string, Expected>> = {
  AND: ofBooleans(false),
  OR: ofBooleans(true),
  '>': ofNumbers((left, right) => left > right),
  '>=': ofNumbers((left, right) => left >= right),
  '<': ofNumbers((left, right) => left < right),
  '<=': ofNumbers((left, right) => left <= right),
  '=': unlessUndefined(isSame),
  '<>': unlessUndefined((left, right) => !isSame(left, right)),
  '+': plus,
  '-': ofNumbers((left, right) => left - right),
  '*': ofNumbers((left, right) => left * right),
  '/': ofNumbers((left, right) => left / right),
  '%': ofNumbers((left, right) => left % right),
};

const pairs = operands.flatMap((left) => operands.map((right) => [left, right] as const));

describe(`operands of any two types (${GUIDE}iot-sql-operators.html)`, () => {
  it.each(Object.entries(tables))('of %s', (operator, expected) => {
    const items = pairs.map(([[left], [right]], index) => `(${left}) ${operator} (${right}) AS r${index}`);
    const results = selectJson(`SELECT ${items.join(', ')} FROM 'a'`) as Record<string, unknown>;

    const round = (value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(12)) + 0 : value);
    const named = (value: unknown, index: number) => ({ expression: items[index], value: round(value) });
    expect(pairs.map((_, index) => named(tidy(results[`r${index}`]), index))).toEqual(
      pairs.map(([[, left], [, right]], index) => named(tidy(expected(left, right)), index)),
    );
  });
});

/** Quotients have 34 digits, of which doubles keep 15. */
function tidy(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Number(String(value)) : value;
}
