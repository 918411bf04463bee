import {
  compare,
  ExactNumber,
  floor,
  isNumeric,
  type Numeric,
  numberText,
  parseNumber,
  round,
  toDouble,
  truncate,
} from './numbers.ts';
import { RuleEvaluationError } from './rule-error.ts';

/**
 * Values of AWS IoT SQL and the standard conversions between them. `undefined` is SQL's Undefined: no error, but
 * the absence of a value, which JSON leaves out.
 *
 * Source: https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-data-types.html
 */
export type Value = undefined | null | boolean | Numeric | string | readonly Value[] | ObjectValue;
export interface ObjectValue {
  readonly [key: string]: Value;
}

const decimalText = /^-?\d+(\.\d+)?(e-?\d+)?$/i;

export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isObject(value: Value): value is ObjectValue {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  );
}

/** To Decimal. Null is Null there, and as an argument or operand Null is as good as Undefined. */
export function toDecimal(value: Value): Numeric | undefined {
  if (isNumeric(value)) return value;
  return typeof value === 'string' && decimalText.test(value) ? parseNumber(value) : undefined;
}

/** To Int, by the standard conversion: a Decimal goes to the nearest, a String is truncated. */
export function toInt(value: Value): Numeric | undefined {
  if (isNumeric(value)) return round(value);
  const decimal = toDecimal(value);
  return decimal === undefined ? undefined : truncate(decimal);
}

/** To Int as most functions say of their arguments: rounded down. */
export function toIntDown(value: Value): Numeric | undefined {
  const decimal = toDecimal(value);
  return decimal === undefined ? undefined : floor(decimal);
}

/** To Int, rounded down, as a position or a count, for which a double is enough. */
export function toCount(value: Value): number | undefined {
  const int = toIntDown(value);
  return int === undefined ? undefined : toDouble(int);
}

/** To Boolean. Numbers are Undefined, save for `cast`. */
export function toBoolean(value: Value): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  const text = value.toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** To String. Null and Undefined have none. */
export function toText(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return isNumeric(value) ? numberText(value) : JSON.stringify(value);
}

/** Compares by type and value; arrays in order, objects in any. Source: "= operator". */
export function isEqual(left: Value, right: Value): boolean {
  if (isArray(left)) {
    return isArray(right) && left.length === right.length && left.every((item, i) => isEqual(item, right[i]));
  }
  if (left instanceof ExactNumber) return isNumeric(right) && compare(left, right) === 0;
  if (!isObject(left)) return left === right || (right instanceof ExactNumber && isEqual(right, left));
  if (!isObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isEqual(left[key], right[key]))
  );
}

/** The value of a key; Undefined for what is no object or has no such key of its own. */
export function memberOf(value: Value, key: string): Value {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Sets a key, also one that JavaScript would take for something else, and leaves Undefined out. */
export function setMember(target: Record<string, Value>, key: string, value: Value): void {
  if (value === undefined) return;
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}

/** 128 KiB of JSON, of the array that `transform` gives and of all variables of SET. Source: "transform", "SET clause". */
const MAX_BYTES = 128 * 1024;

/** What AWS IoT does with more is not documented; here the statement can't be evaluated. */
export function checkSize(values: readonly Value[], name: string): void {
  let bytes = 0;
  for (const value of values) bytes += Buffer.byteLength(JSON.stringify(value) ?? '');
  if (bytes > MAX_BYTES) throw new RuleEvaluationError(`${name} is more than 128 KiB`);
}
