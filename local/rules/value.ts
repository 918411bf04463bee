/**
 * Values of AWS IoT SQL and the standard conversions between them. `undefined` is SQL's Undefined: no error, but
 * the absence of a value, which JSON leaves out.
 *
 * Int and Decimal are both JavaScript numbers: in version 2016-03-23 a whole Decimal (10.0) is an Int anyway. AWS
 * computes with 34 digits; here it is a double's 15 to 17, and the range that of a double.
 *
 * Source: AWS IoT developer guide, "Data types".
 */
export type Value = undefined | null | boolean | number | string | readonly Value[] | ObjectValue;
export interface ObjectValue {
  readonly [key: string]: Value;
}

const decimalText = /^-?\d+(\.\d+)?(e-?\d+)?$/i;

export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isObject(value: Value): value is ObjectValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** To Decimal. Null is Null there, and as an argument or operand Null is as good as Undefined. */
export function toDecimal(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && decimalText.test(value)) return finite(Number(value));
  return undefined;
}

/** To Int, by the standard conversion: a Decimal goes to the nearest, a String is truncated. */
export function toInt(value: Value): number | undefined {
  if (typeof value === 'string') return truncated(toDecimal(value));
  return typeof value === 'number' ? roundHalfAway(value) : undefined;
}

/** To Int as most functions say of their arguments: rounded down. */
export function toIntDown(value: Value): number | undefined {
  const decimal = toDecimal(value);
  return decimal === undefined ? undefined : Math.floor(decimal);
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
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return numberText(value);
    case 'boolean':
      return value ? 'true' : 'false';
    default:
      return value === undefined || value === null ? undefined : JSON.stringify(value);
  }
}

/** Half goes away from zero: `round(-1.5)` is -2. */
export function roundHalfAway(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}

/** Undefined for what is no number: the imaginary, and the infinite. */
export function finite(value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  return value === 0 ? 0 : value;
}

/** Compares by type and value; arrays in order, objects in any. Source: "= operator". */
export function isEqual(left: Value, right: Value): boolean {
  if (isArray(left)) {
    return isArray(right) && left.length === right.length && left.every((item, i) => isEqual(item, right[i]));
  }
  if (!isObject(left)) return left === right;
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

function truncated(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.trunc(value);
}

/** An Int in standard notation, a Decimal possibly in scientific, its E in upper case as Java writes it. */
function numberText(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value).toUpperCase();
}
