import { createHash, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type Json, type JsonObject } from '../values.ts';

/** An intrinsic function of payload templates. */
export interface IntrinsicFunction {
  readonly name: string;
  /** How many arguments it takes. */
  readonly min: number;
  readonly max: number;
  /** `sources` are the texts of literals, as they were escaped. Throws {@link IntrinsicArgumentError}. */
  readonly run: (args: readonly Json[], sources: readonly (string | undefined)[]) => Json;
}

/** An argument that a function does not take. */
export class IntrinsicArgumentError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'IntrinsicArgumentError';
  }
}

export function arrayIn(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value;
  throw new IntrinsicArgumentError(`an array is needed, and not ${JSON.stringify(value)}`);
}

export function stringIn(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  throw new IntrinsicArgumentError(`a string is needed, and not ${JSON.stringify(value)}`);
}

/** What is not whole is rounded to the nearest integer, halves up. */
export function integerIn(value: Json | undefined): number {
  if (typeof value === 'number') return Math.round(value);
  throw new IntrinsicArgumentError(`a number is needed, and not ${JSON.stringify(value)}`);
}

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

/** The algorithms of `$hash` and `States.Hash`, with the names of OpenSSL. */
export const HASH_ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['SHA-1', 'sha1'],
  ['SHA-384', 'sha384'],
  ['SHA-256', 'sha256'],
  ['SHA-512', 'sha512'],
  ['MD5', 'md5'],
]);

const MAX_CHARACTERS = 10_000;

function limitedIn(value: Json | undefined): string {
  const text = stringIn(value);
  if (text.length > MAX_CHARACTERS) {
    throw new IntrinsicArgumentError(`a string of at most ${MAX_CHARACTERS} characters is needed`);
  }
  return text;
}

function decode([value]: readonly Json[]): string {
  const text = limitedIn(value);
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(text)) {
    throw new IntrinsicArgumentError('a string in base64 is needed');
  }
  return Buffer.from(text, 'base64').toString('utf8');
}

/** What is no string is hashed as its JSON text. */
function hash([value, algorithm]: readonly Json[]): string {
  const text = limitedIn(typeof value === 'string' ? value : JSON.stringify(value));
  const opensslName = HASH_ALGORITHMS.get(stringIn(algorithm));
  if (opensslName === undefined) {
    throw new IntrinsicArgumentError(
      `the algorithm must be one of ${[...HASH_ALGORITHMS.keys()].join(', ')}`,
    );
  }
  return createHash(opensslName).update(text, 'utf8').digest('hex');
}

/** "Intrinsics for data encoding and decoding", and for hashes. */
export const encodingFunctions: readonly IntrinsicFunction[] = [
  {
    name: 'States.Base64Encode',
    min: 1,
    max: 1,
    run: ([value]) => Buffer.from(limitedIn(value), 'utf8').toString('base64'),
  },
  { name: 'States.Base64Decode', min: 1, max: 1, run: decode },
  { name: 'States.Hash', min: 2, max: 2, run: hash },
];

/** Text without anything in it is null, as AWS was seen to have it. */
function stringToJson([value]: readonly Json[]): Json {
  const text = stringIn(value);
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new IntrinsicArgumentError('the string is not JSON');
  }
}

/** Merges the members of two objects; those of the second win. */
function merge([first, second, isDeep]: readonly Json[]): JsonObject {
  if (!isJsonObject(first) || !isJsonObject(second))
    throw new IntrinsicArgumentError('two objects are needed');
  if (isDeep !== false) {
    throw new IntrinsicArgumentError('the third argument must be false: Step Functions merges no deeper');
  }
  return { ...first, ...second };
}

/** "Intrinsics for JSON data manipulation". */
export const jsonFunctions: readonly IntrinsicFunction[] = [
  { name: 'States.StringToJson', min: 1, max: 1, run: stringToJson },
  { name: 'States.JsonToString', min: 1, max: 1, run: ([value]) => JSON.stringify(value) },
  { name: 'States.JsonMerge', min: 3, max: 3, run: merge },
];

const MULTIPLIER = 0x5deece66dn;
const INCREMENT = 0xbn;
const BITS = 48n;

/**
 * The generator whose numbers `$random(seed)` gives on AWS.
 * https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Random.html#next(int)
 */
export class JavaRandom {
  #state: bigint;

  constructor(seed: bigint) {
    this.#state = BigInt.asUintN(48, seed ^ MULTIPLIER);
  }

  /** In [0, 1). */
  nextDouble(): number {
    const high = this.#next(26n);
    return Number((high << 27n) + this.#next(27n)) / 2 ** 53;
  }

  #next(bits: bigint): bigint {
    this.#state = BigInt.asUintN(48, this.#state * MULTIPLIER + INCREMENT);
    return this.#state >> (BITS - bits);
  }
}

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

/**
 * `States.Format(template, …)`: each `{}` of the template is the next argument. In a literal, `\{` and `\}` are braces.
 */
function format([template, ...values]: readonly Json[], [source]: readonly (string | undefined)[]): string {
  if (typeof template !== 'string') throw new IntrinsicArgumentError('the first argument must be a string');
  const parts = holesIn(source ?? template, source !== undefined);
  if (parts.length - 1 !== values.length) {
    throw new IntrinsicArgumentError(
      `the string has ${parts.length - 1} of {}, and there are ${values.length} arguments for them`,
    );
  }
  return parts
    .map((part, index) => (index === 0 ? part : scalarText(values[index - 1] as Json) + part))
    .join('');
}

function holesIn(template: string, isEscaped: boolean): readonly string[] {
  if (!isEscaped) return template.split('{}');
  // An escaped character stands for itself, before holes are looked for.
  const parts = [''];
  for (const [token] of template.matchAll(/\\.|\{\}|./gsu)) {
    if (token === '{}') parts.push('');
    else parts[parts.length - 1] += token.length > 1 && token.startsWith('\\') ? token.slice(1) : token;
  }
  return parts;
}

function scalarText(value: Json): string {
  if (typeof value === 'object' && value !== null) {
    throw new IntrinsicArgumentError('its arguments must be strings, numbers, booleans or null');
  }
  return String(value);
}

/** By name. https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
export const intrinsicFunctions: ReadonlyMap<string, IntrinsicFunction> = new Map(
  [
    { name: 'States.Format', min: 1, max: Number.POSITIVE_INFINITY, run: format },
    { name: 'States.UUID', min: 0, max: 0, run: () => randomUUID() },
    ...arrayFunctions,
    ...encodingFunctions,
    ...jsonFunctions,
    ...mathFunctions,
  ].map((each: IntrinsicFunction) => [each.name, each] as const),
);
