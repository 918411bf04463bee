import {
  add,
  compare,
  divide,
  isNumeric,
  multiply,
  type Numeric,
  negated,
  ofDouble,
  remainder,
  subtract,
  toDouble,
} from './numbers.ts';
import type { BinaryOperator } from './syntax.ts';
import { isEqual, toBoolean, toDecimal, toIntDown, toText, type Value } from './value.ts';

export type Operation = (left: Value, right: Value) => Value;

/** The operators. Source: https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-operators.html */
export const operations: Readonly<Record<BinaryOperator, Operation>> = {
  AND: logical(false),
  OR: logical(true),
  '=': equality((equal) => equal),
  '<>': equality((equal) => !equal),
  '<': decimals((left, right) => compare(left, right) < 0),
  '<=': decimals((left, right) => compare(left, right) <= 0),
  '>': decimals((left, right) => compare(left, right) > 0),
  '>=': decimals((left, right) => compare(left, right) >= 0),
  '+': plus,
  '-': decimals(subtract),
  '*': decimals(multiply),
  // Documented as Int for two Ints, yet the documented example (75 - 32) * 5 / 9 is 23.89.
  '/': decimals(divide),
  '%': decimals(remainder),
};

/** NOT. */
export function negate(operand: Value): Value {
  const value = toBoolean(operand);
  return value === undefined ? undefined : !value;
}

/** Unary minus. */
export function negative(operand: Value): Value {
  const value = toDecimal(operand);
  return value === undefined ? undefined : negated(value);
}

/** Either side a String: concatenation. A String never becomes a number here. */
function plus(left: Value, right: Value): Value {
  if (typeof left === 'string' || typeof right === 'string') {
    const head = toText(left);
    const tail = toText(right);
    return head === undefined || tail === undefined ? undefined : head + tail;
  }
  return isNumeric(left) && isNumeric(right) ? add(left, right) : undefined;
}

/** The value that settles it stands beside any other operand; else both have to be Booleans. */
function logical(settles: boolean): Operation {
  return (left, right) => {
    const first = toBoolean(left);
    const second = toBoolean(right);
    if (first === settles || second === settles) return settles;
    return first === undefined || second === undefined ? undefined : !settles;
  };
}

function equality(verdict: (equal: boolean) => boolean): Operation {
  return (left, right) =>
    left === undefined || right === undefined ? undefined : verdict(isEqual(left, right));
}

function decimals(operation: (left: Numeric, right: Numeric) => Value): Operation {
  return (left, right) => {
    const first = toDecimal(left);
    const second = toDecimal(right);
    return first === undefined || second === undefined ? undefined : operation(first, second);
  };
}

export type Cast = (value: Value) => Value;

const asDecimal: Cast = (value) => toDecimal(booleanAsNumber(value));
const asDouble: Cast = (value) => {
  const decimal = toDecimal(booleanAsNumber(value));
  return decimal === undefined ? undefined : ofDouble(toDouble(decimal));
};
const asInt: Cast = (value) => toIntDown(booleanAsNumber(value));
const asBoolean: Cast = (value) => (isNumeric(value) ? compare(value, 0) !== 0 : toBoolean(value));

/**
 * The types that `cast(value AS type)` knows, in lower case; Undefined where AWS documents no way.
 * Source: https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-sql-function-cast
 */
export const casts: Readonly<Record<string, Cast>> = {
  string: toText,
  nvarchar: toText,
  text: toText,
  ntext: toText,
  varchar: toText,
  int: asInt,
  integer: asInt,
  double: asDouble,
  decimal: asDecimal,
  bool: asBoolean,
  boolean: asBoolean,
};

function booleanAsNumber(value: Value): Value {
  return typeof value === 'boolean' ? Number(value) : value;
}
