import { Digits, ExactNumber, MAX_DIGITS } from './exact-number.ts';

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

export function digitsOf(number: Numeric): Digits {
  return typeof number === 'number' ? new Digits(number) : number.digits;
}

/** The number of a text such as JSON has, with 34 digits; Undefined beyond 9.999…E999. */
export function parseNumber(text: string): Numeric | undefined {
  return ofDigits(new Digits(text).toSignificantDigits(MAX_DIGITS));
}

/** Undefined for what is no number: the imaginary, and the infinite. */
export function ofDigits(digits: Digits): Numeric | undefined {
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
