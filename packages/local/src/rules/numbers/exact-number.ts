import { Decimal } from 'decimal.js';

/**
 * Decimal numbers as AWS IoT has them: 34 digits, from 1E-999 to 9.999…E999. How it rounds is not documented; half to
 * even is what comes with 34 digits everywhere (IEEE 754 decimal128, `MathContext.DECIMAL128`).
 * Source: https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-data-types.html
 */
export const MAX_DIGITS = 34;
export const Digits = Decimal.clone({
  precision: MAX_DIGITS,
  rounding: Decimal.ROUND_HALF_EVEN,
  minE: -999,
  maxE: 999,
});
export type Digits = InstanceType<typeof Digits>;

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
