import { Decimal } from 'decimal.js';

/**
 * Decimal numbers as AWS IoT has them: 34 digits, from 1E-999 to 9.999…E999. How it rounds is not documented; half to
 * even is what comes with 34 digits everywhere (IEEE 754 decimal128, `MathContext.DECIMAL128`).
 * Source: https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-data-types.html
 */
export const MAX_DIGITS = 34;
const Digits = Decimal.clone({
  precision: MAX_DIGITS,
  rounding: Decimal.ROUND_HALF_EVEN,
  minE: -999,
  maxE: 999,
});
type Digits = InstanceType<typeof Digits>;

/** JSON's own means to write a number's digits, which TypeScript does not know yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/**
 * A number that is more than a double can hold; where it can, numbers are JavaScript's own, and stand for their
 * shortest text. `JSON.stringify` writes its digits out.
 */
export class ExactNumber {
  readonly digits: Digits;

  constructor(digits: Digits) {
    this.digits = digits;
  }

  /** Int: standard notation. Decimal: possibly scientific, its E in upper case, as Java writes it. */
  toString(): string {
    if (!this.digits.isInteger() || this.digits.e >= MAX_DIGITS) return this.digits.toString().toUpperCase();
    return this.digits.toFixed();
  }

  toJSON(): unknown {
    return rawJSON(this.toString());
  }
}

/** An Int or Decimal. */
export type Numeric = number | ExactNumber;

/** Fifteen digits are the same in decimal and in double. */
const DOUBLE_DIGITS = 15;
/** From there on, JavaScript writes a whole number with an exponent. */
const MAX_WHOLE_EXPONENT = 21;
const MIN_DOUBLE_EXPONENT = -290;

export function isNumeric(value: unknown): value is Numeric {
  return typeof value === 'number' || value instanceof ExactNumber;
}

function digitsOf(number: Numeric): Digits {
  return typeof number === 'number' ? new Digits(number) : number.digits;
}

/** The number of a text such as JSON has, with 34 digits; Undefined beyond 9.999…E999. */
export function parseNumber(text: string): Numeric | undefined {
  return ofDigits(new Digits(text).toSignificantDigits(MAX_DIGITS));
}

/** Undefined for what is no number: the imaginary, and the infinite. */
function ofDigits(digits: Digits): Numeric | undefined {
  if (!digits.isFinite()) return undefined;
  if (digits.isZero()) return 0;
  if (digits.e >= MAX_WHOLE_EXPONENT) return new ExactNumber(digits);
  const double = digits.toNumber();
  const fits =
    (digits.precision() <= DOUBLE_DIGITS && digits.e > MIN_DOUBLE_EXPONENT) || digits.equals(double);
  return fits ? double : new ExactNumber(digits);
}

/** What was computed in double precision; Undefined for the imaginary and the infinite. */
export function ofDouble(double: number): Numeric | undefined {
  if (!Number.isFinite(double)) return undefined;
  if (Math.abs(double) >= 10 ** MAX_WHOLE_EXPONENT) return new ExactNumber(new Digits(double));
  return double === 0 ? 0 : double;
}

export function toDouble(number: Numeric): number {
  return typeof number === 'number' ? number : number.digits.toNumber();
}

export function isWhole(number: Numeric): boolean {
  return typeof number === 'number' ? Number.isInteger(number) : number.digits.isInteger();
}

/** Below, at or above 0, as the first is less than, equal to or greater than the second. */
export function compare(first: Numeric, second: Numeric): number {
  return typeof first === 'number' && typeof second === 'number'
    ? first - second
    : digitsOf(first).comparedTo(digitsOf(second));
}

/** An Int in standard notation, a Decimal possibly in scientific. */
export function numberText(number: Numeric): string {
  return typeof number === 'number' ? String(number).toUpperCase() : number.toString();
}

/** Gives Undefined for the infinite, and for what is none: a division by 0. */
type Operation = (first: Numeric, second: Numeric) => Numeric | undefined;

/** With 34 digits; whole numbers that doubles hold exactly, which most are, stay doubles on the way. */
function operation(
  ofDoubles: (first: number, second: number) => number,
  ofAll: (first: Digits, second: Digits) => Digits,
): Operation {
  return (first, second) => {
    if (Number.isSafeInteger(first) && Number.isSafeInteger(second)) {
      const result = ofDoubles(first as number, second as number);
      if (Number.isSafeInteger(result)) return result === 0 ? 0 : result;
    }
    return ofDigits(ofAll(digitsOf(first), digitsOf(second)));
  };
}

export const add = operation(
  (first, second) => first + second,
  (first, second) => first.plus(second),
);
export const subtract = operation(
  (first, second) => first - second,
  (first, second) => first.minus(second),
);
export const multiply = operation(
  (first, second) => first * second,
  (first, second) => first.times(second),
);
export const divide = operation(
  (first, second) => first / second,
  (first, second) => first.dividedBy(second),
);
/** Its sign is that of the first. */
export const remainder = operation(
  (first, second) => first % second,
  (first, second) => first.modulo(second),
);

type Rounding = (number: Numeric) => Numeric;

function rounding(ofDouble: (number: number) => number, ofAll: (digits: Digits) => Digits): Rounding {
  return (number) => {
    if (typeof number !== 'number') return ofDigits(ofAll(number.digits)) ?? number;
    const result = ofDouble(number);
    return result === 0 ? 0 : result;
  };
}

export const floor = rounding(Math.floor, (digits) => digits.floor());
export const ceil = rounding(Math.ceil, (digits) => digits.ceil());
export const truncate = rounding(Math.trunc, (digits) => digits.truncated());
export const absolute = rounding(Math.abs, (digits) => digits.abs());
export const negated = rounding(
  (number) => -number,
  (digits) => digits.negated(),
);
/** Half goes away from zero: `round(-1.5)` is -2. */
export const round = rounding(
  (number) => (number < 0 ? -Math.round(-number) : Math.round(number)),
  (digits) => digits.toDecimalPlaces(0, Digits.ROUND_HALF_UP),
);

/** Cuts decimal places off. */
export function truncateTo(number: Numeric, places: number): Numeric {
  return ofDigits(digitsOf(number).toDecimalPlaces(places, Digits.ROUND_DOWN)) ?? number;
}
