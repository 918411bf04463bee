import { createHash, randomUUID } from 'node:crypto';
import type jsonata from 'jsonata';
import { HASH_ALGORITHMS, JavaRandom } from '../jsonpath/intrinsic-functions.ts';

/** AWS stops at its memory limit; this is the element count that still fits into it. */
const MAX_RANGE_ELEMENTS = 360_145;

/** A function of the query language: its name, its JSONata signature and what it does. */
interface JsonataFunction {
  readonly name: string;
  readonly signature: string;
  /** Its arguments are what the signature lets through. */
  readonly implementation: Parameters<jsonata.Expression['registerFunction']>[1];
}

/** JSONata's error of a function that was called with a value that it does not take. */
function invalidArgument(message: string): Error {
  return Object.assign(new Error(message), { code: 'D3137' });
}

/**
 * `$partition(array, size)`: chunks of `size`, or one of everything without a size; undefined for an empty array and
 * for a size of 0. What is not whole is cut towards 0.
 */
function partition(items: readonly unknown[] | undefined, size: number | undefined): unknown[][] | undefined {
  if (items === undefined || items.length === 0) return undefined;
  if (size === undefined) return [[...items]];
  const chunkSize = Math.trunc(size);
  if (chunkSize < 0) throw invalidArgument('Second argument must be zero or greater');
  if (chunkSize === 0) return undefined;
  const chunks: unknown[][] = [];
  for (let start = 0; start < items.length; start += chunkSize) {
    chunks.push(items.slice(start, start + chunkSize));
  }
  return chunks;
}

/** `$range(first, last, step)`, `last` included; a single element is not an array, as in JSONata's sequences. */
function range(first: number, last: number, step?: number): number | number[] | undefined {
  const [from, to, by] = [Math.trunc(first), Math.trunc(last), Math.trunc(step ?? 0)];
  if (by === 0) return undefined;
  const count = Math.floor((to - from) / by) + 1;
  if (count < 1) return undefined;
  if (count > MAX_RANGE_ELEMENTS) throw new RangeError('Expression evaluation memory limit exceeded');
  return from === to ? from : Array.from({ length: count }, (_, index) => from + index * by);
}

/** `$hash(text, algorithm)`, in hexadecimal; undefined without an algorithm. */
function hash(text: string, algorithm: string | undefined): string | undefined {
  if (algorithm === undefined) return undefined;
  const opensslName = HASH_ALGORITHMS.get(algorithm);
  if (opensslName === undefined) {
    const known = [...HASH_ALGORITHMS.keys()].join(', ');
    throw invalidArgument(`Hash algorithm '${algorithm}' must be one of ${known}`);
  }
  return createHash(opensslName).update(text, 'utf8').digest('hex');
}

/** `$random(seed?)`, in [0, 1): the same number for the same seed, which is that of Java's generator. */
function random(seed: number | undefined): number {
  return seed === undefined ? Math.random() : new JavaRandom(BigInt(Math.trunc(seed))).nextDouble();
}

/** `$parse(text)`: the value of a JSON text; takes the place of `$eval`. */
function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw invalidArgument('Invalid JSON');
  }
}

/**
 * What Step Functions adds to JSONata.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html (JSONata functions provided by Step
 * Functions); what that leaves open is as others have measured it.
 */
export const stepFunctionsFunctions: readonly JsonataFunction[] = [
  { name: 'partition', signature: '<a?n?:a>', implementation: partition },
  { name: 'range', signature: '<nnn?:x>', implementation: range },
  { name: 'hash', signature: '<ss?:s>', implementation: hash },
  { name: 'random', signature: '<n?:n>', implementation: random },
  { name: 'uuid', signature: '<:s>', implementation: () => randomUUID() },
  { name: 'parse', signature: '<s?:x>', implementation: parse },
];
