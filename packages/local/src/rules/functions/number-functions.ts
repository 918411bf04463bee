import { absolute, ceil, floor, remainder, round, truncateTo } from '../numbers/arithmetic.ts';
import { compare, isNumeric, isWhole, type Numeric, ofDouble, toDouble } from '../numbers/numeric.ts';
import { toCount, toDecimal, type Value } from '../value.ts';
import { type FunctionDefinition, ofDecimals } from './definition.ts';

const MAX_PLACES = 34;

/** "Decimal (with double precision)", as AWS has it; the imaginary and the infinite are Undefined. */
const doubleOfTwo = (compute: (first: number, second: number) => number): FunctionDefinition => ({
  ...ofDecimals(2, (first = 0, second = 0) => ofDouble(compute(toDouble(first), toDouble(second)))),
});
/** To a whole number, of as many digits as it has. */
const whole = (compute: (number: Numeric) => Numeric): FunctionDefinition =>
  ofDecimals(1, (number = 0) => compute(number));
const modulo: FunctionDefinition = {
  ...ofDecimals(2, (first = 0, second = 0) => remainder(first, second)),
};

/** Mathematics. Source: https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html */
export const numberFunctions: Readonly<Record<string, FunctionDefinition>> = {
  abs: whole(absolute),
  ceil: whole(ceil),
  floor: whole(floor),
  mod: modulo,
  power: doubleOfTwo((base, exponent) => base ** exponent),
  remainder: modulo,
  round: whole(round),
  sign: whole((number) => Math.sign(compare(number, 0))),
  sqrt: ofDecimals(1, (number = 0) => ofDouble(Math.sqrt(toDouble(number)))),
  trunc: { fewest: 2, most: 2, evaluate: trunc },
};

/** "Trailing zeroes are stripped from the result." */
function trunc([value, count]: readonly Value[]): Value {
  const number = toDecimal(value);
  const places = isNumeric(count) ? toCount(count) : undefined;
  if (number === undefined || places === undefined) return undefined;
  return isWhole(number) ? floor(number) : truncateTo(number, Math.min(Math.max(places, 0), MAX_PLACES));
}
