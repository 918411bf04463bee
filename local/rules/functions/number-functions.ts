import { finite, roundHalfAway, toDecimal, toIntDown, type Value } from '../value.ts';
import { type FunctionDefinition, ofDecimals } from './definition.ts';

const MAX_PLACES = 34;

const ofOne = (compute: (number: number) => number): FunctionDefinition =>
  ofDecimals(1, (number) => finite(compute(number)));
const ofTwo = (compute: (first: number, second: number) => number): FunctionDefinition =>
  ofDecimals(2, (first, second) => finite(compute(first, second)));
/** JSON may have numbers that a double takes for infinite: they have no bits. */
const ofBits = (compute: (...numbers: bigint[]) => bigint): ((...numbers: number[]) => number) => {
  return (...numbers) =>
    numbers.every(Number.isFinite)
      ? Number(compute(...numbers.map((number) => BigInt(Math.floor(number)))))
      : Number.NaN;
};

/** Mathematics, in double precision. The imaginary and the infinite are Undefined. Source: "Functions". */
export const numberFunctions: Readonly<Record<string, FunctionDefinition>> = {
  abs: ofOne(Math.abs),
  acos: ofOne(Math.acos),
  asin: ofOne(Math.asin),
  atan: ofOne(Math.atan),
  atan2: ofTwo(Math.atan2),
  ceil: ofOne(Math.ceil),
  cos: ofOne(Math.cos),
  cosh: ofOne(Math.cosh),
  exp: ofOne(Math.exp),
  floor: ofOne(Math.floor),
  ln: ofOne(Math.log),
  log: ofOne(Math.log10),
  mod: ofTwo((first, second) => first % second),
  power: ofTwo((base, exponent) => base ** exponent),
  remainder: ofTwo((first, second) => first % second),
  round: ofOne(roundHalfAway),
  sign: ofOne(Math.sign),
  sin: ofOne(Math.sin),
  sinh: ofOne(Math.sinh),
  sqrt: ofOne(Math.sqrt),
  tan: ofOne(Math.tan),
  tanh: ofOne(Math.tanh),
  trunc: { fewest: 2, most: 2, evaluate: trunc },
  bitand: ofTwo(ofBits((first = 0n, second = 0n) => first & second)),
  bitor: ofTwo(ofBits((first = 0n, second = 0n) => first | second)),
  bitxor: ofTwo(ofBits((first = 0n, second = 0n) => first ^ second)),
  // The guide's example, bitnot(13) = 2, is the complement of four bits; its table speaks of Ints.
  bitnot: ofOne(ofBits((number = 0n) => ~number)),
};

/** Cuts decimal places off the decimal text, because 2.3 as a double is less than 2.3. */
function trunc([value, count]: readonly Value[]): Value {
  const number = toDecimal(value);
  const places = typeof count === 'number' ? toIntDown(count) : undefined;
  if (number === undefined || places === undefined) return undefined;
  if (Number.isInteger(number)) return number;
  const kept = Math.min(Math.max(places, 0), MAX_PLACES);
  const [whole = '', fraction = ''] = plainText(number).split('.');
  return finite(Number(`${whole}.${fraction.slice(0, kept)}0`));
}

/** The shortest digits that make the double, written out: an exponent here is negative, for whole numbers never come. */
function plainText(number: number): string {
  const [mantissa = '', exponent] = String(number).split('e');
  if (exponent === undefined) return mantissa;
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  return `${sign}0.${'0'.repeat(Number(exponent.slice(1)) - 1)}${digits}`;
}
