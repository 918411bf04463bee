import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type Json } from '../json.ts';
import {
  arrayIn,
  IntrinsicArgumentError,
  type IntrinsicFunction,
  integerIn,
  stringIn,
} from './intrinsic-function.ts';

const MAX_RANGE_ELEMENTS = 1_000;

function partition([array, size]: readonly Json[]): Json {
  const items = arrayIn(array);
  const chunkSize = integerIn(size);
  if (chunkSize < 1) throw new IntrinsicArgumentError('the size of chunks must be a positive integer');
  const count = Math.ceil(items.length / chunkSize);
  return Array.from({ length: count }, (_, index) => items.slice(index * chunkSize, (index + 1) * chunkSize));
}

/** From the first number to the second, which is included, in steps of the third. */
function range([first, last, step]: readonly Json[]): Json {
  const [from, to, by] = [integerIn(first), integerIn(last), integerIn(step)];
  if (by === 0) throw new IntrinsicArgumentError('the step must not be 0');
  const count = Math.max(0, Math.floor((to - from) / by) + 1);
  if (count > MAX_RANGE_ELEMENTS) {
    throw new IntrinsicArgumentError(`the range has more than ${MAX_RANGE_ELEMENTS} elements`);
  }
  return Array.from({ length: count }, (_, index) => from + index * by);
}

function getItem([array, index]: readonly Json[]): Json {
  const items = arrayIn(array);
  const place = integerIn(index);
  const item = place < 0 ? undefined : items[place];
  if (item === undefined) throw new IntrinsicArgumentError(`there is no element ${place} of ${items.length}`);
  return item;
}

function unique([array]: readonly Json[]): Json {
  const found = new Map(arrayIn(array).map((item) => [canonicalText(item), item] as const));
  return [...found.values()];
}

/** The same text for equal values, in whatever order their members are. */
function canonicalText(value: Json): string {
  return JSON.stringify(value, (_, each: Json) =>
    isJsonObject(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  );
}

/** Each character of the second string splits the first; nothing between two of them is no part. */
function split([text, splitter]: readonly Json[]): Json {
  const splitters = new Set(stringIn(splitter));
  const parts = [''];
  for (const character of stringIn(text)) {
    if (splitters.has(character)) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part !== '');
}

/** "Intrinsics for arrays", and for strings. */
export const arrayFunctions: readonly IntrinsicFunction[] = [
  { name: 'States.Array', min: 0, max: Number.POSITIVE_INFINITY, run: (args) => args },
  { name: 'States.ArrayPartition', min: 2, max: 2, run: partition },
  {
    name: 'States.ArrayContains',
    min: 2,
    max: 2,
    run: ([array, value]) => arrayIn(array).some((item) => isDeepStrictEqual(item, value)),
  },
  { name: 'States.ArrayRange', min: 3, max: 3, run: range },
  { name: 'States.ArrayGetItem', min: 2, max: 2, run: getItem },
  { name: 'States.ArrayLength', min: 1, max: 1, run: ([array]) => arrayIn(array).length },
  { name: 'States.ArrayUnique', min: 1, max: 1, run: unique },
  { name: 'States.StringSplit', min: 2, max: 2, run: split },
];
