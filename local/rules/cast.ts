import { toBoolean, toDecimal, toIntDown, toText, type Value } from './value.ts';

type Cast = (value: Value) => Value;

const asDecimal: Cast = (value) => toDecimal(booleanAsNumber(value));
const asInt: Cast = (value) => toIntDown(booleanAsNumber(value));
const asBoolean: Cast = (value) => (typeof value === 'number' ? value !== 0 : toBoolean(value));

/** The types that `cast(value AS type)` knows, in lower case. Source: AWS IoT developer guide, "cast()". */
const casts: Readonly<Record<string, Cast>> = {
  string: toText,
  nvarchar: toText,
  text: toText,
  ntext: toText,
  varchar: toText,
  int: asInt,
  integer: asInt,
  double: asDecimal,
  decimal: asDecimal,
  bool: asBoolean,
  boolean: asBoolean,
};

export const castTargets: readonly string[] = Object.keys(casts);

/** Converts a value to a type of {@link castTargets}; Undefined where AWS documents no way. */
export function cast(value: Value, target: string): Value {
  return casts[target]?.(value);
}

function booleanAsNumber(value: Value): Value {
  return typeof value === 'boolean' ? Number(value) : value;
}
