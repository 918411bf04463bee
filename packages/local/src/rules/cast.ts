import { compare, isNumeric, ofDouble, toDouble } from './numbers/numeric.ts';
import { toBoolean, toDecimal, toIntDown, toText, type Value } from './value.ts';

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
