import { JavaRandom } from '../java-random.ts';
import type { Json } from '../json.ts';
import { IntrinsicArgumentError, type IntrinsicFunction, integerIn } from './intrinsic-function.ts';

const MIN_INTEGER = -2_147_483_648;
const MAX_INTEGER = 2_147_483_647;

function add([first, second]: readonly Json[]): number {
  const sum = boundedIn(first) + boundedIn(second);
  if (sum >= MIN_INTEGER && sum <= MAX_INTEGER) return sum;
  throw new IntrinsicArgumentError(`the sum ${sum} is out of range`);
}

/** From the first number, which is included, to the second, which is not; the same for the same seed. */
function random([first, last, seed]: readonly Json[]): number {
  const [from, to] = [boundedIn(first), boundedIn(last)];
  if (from >= to) throw new IntrinsicArgumentError('the first number must be less than the second');
  const place = seed === undefined ? Math.random() : new JavaRandom(BigInt(integerIn(seed))).nextDouble();
  return from + Math.floor(place * (to - from));
}

function boundedIn(value: Json | undefined): number {
  const integer = integerIn(value);
  if (integer >= MIN_INTEGER && integer <= MAX_INTEGER) return integer;
  throw new IntrinsicArgumentError(`${integer} is not from ${MIN_INTEGER} to ${MAX_INTEGER}`);
}

/** "Intrinsics for math operations". */
export const mathFunctions: readonly IntrinsicFunction[] = [
  { name: 'States.MathRandom', min: 2, max: 3, run: random },
  { name: 'States.MathAdd', min: 2, max: 2, run: add },
];
