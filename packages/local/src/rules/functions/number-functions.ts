import { absolute, ceil, floor, remainder, round, truncateTo } from '../numbers/arithmetic.ts';
import {
  bitsOf,
  compare,
  isNumeric,
  isWhole,
  type Numeric,
  ofDouble,
  parseNumber,
  toDouble,
} from '../numbers/numeric.ts';
import { toCount, toDecimal, type Value } from '../value.ts';
import { type FunctionDefinition, ofDecimals } from './definition.ts';

const MAX_PLACES = 34;

/** "Decimal (with double precision)", as AWS has it; the imaginary and the infinite are Undefined. */
const double = (compute: (number: number) => number): FunctionDefinition => ({
  ...ofDecimals(1, (number = 0) => ofDouble(compute(toDouble(number)))),
  result: 'Decimal',
});
const doubleOfTwo = (compute: (first: number, second: number) => number): FunctionDefinition => ({
  ...ofDecimals(2, (first = 0, second = 0) => ofDouble(compute(toDouble(first), toDouble(second)))),
  result: 'Decimal',
});
/** To a whole number, of as many digits as it has. */
const whole = (compute: (number: Numeric) => Numeric): FunctionDefinition =>
  ofDecimals(1, (number = 0) => compute(number));
const modulo: FunctionDefinition = {
  ...ofDecimals(2, (first = 0, second = 0) => remainder(first, second)),
  result: 'asArguments',
};

/** Numbers of more than 34 digits have no bits here. */
const ofBits = (count: number, compute: (...bits: bigint[]) => bigint): FunctionDefinition =>
  ofDecimals(count, (...numbers) => {
    const bits = numbers.map(bitsOf);
    return bits.every((number) => number !== undefined) ? parseNumber(String(compute(...bits))) : undefined;
  });

/** Mathematics. Source: https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html */
export const numberFunctions: Readonly<Record<string, FunctionDefinition>> = {
  abs: { ...whole(absolute), result: 'asArguments' },
  acos: double(Math.acos),
  asin: double(Math.asin),
  atan: double(Math.atan),
  atan2: doubleOfTwo(Math.atan2),
  ceil: whole(ceil),
  cos: double(Math.cos),
  cosh: double(Math.cosh),
  exp: double(Math.exp),
  floor: whole(floor),
  ln: double(Math.log),
  log: double(Math.log10),
  mod: modulo,
  power: doubleOfTwo((base, exponent) => base ** exponent),
  remainder: modulo,
  round: whole(round),
  sign: whole((number) => Math.sign(compare(number, 0))),
  sin: double(Math.sin),
  sinh: double(Math.sinh),
  sqrt: double(Math.sqrt),
  tan: double(Math.tan),
  tanh: double(Math.tanh),
  trunc: { fewest: 2, most: 2, evaluate: trunc },
  bitand: ofBits(2, (first = 0n, second = 0n) => first & second),
  bitor: ofBits(2, (first = 0n, second = 0n) => first | second),
  bitxor: ofBits(2, (first = 0n, second = 0n) => first ^ second),
  // The guide's example, bitnot(13) = 2, is the complement of four bits; its table speaks of Ints.
  bitnot: ofBits(1, (number = 0n) => ~number),
};

/** "Trailing zeroes are stripped from the result." */
function trunc([value, count]: readonly Value[]): Value {
  const number = toDecimal(value);
  const places = isNumeric(count) ? toCount(count) : undefined;
  if (number === undefined || places === undefined) return undefined;
  return isWhole(number) ? floor(number) : truncateTo(number, Math.min(Math.max(places, 0), MAX_PLACES));
}
