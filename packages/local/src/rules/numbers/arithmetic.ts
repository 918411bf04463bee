import { Digits } from './exact-number.ts';
import { digitsOf, type Numeric, ofDigits } from './numeric.ts';

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
