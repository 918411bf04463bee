import { createHash, randomUUID } from 'node:crypto';
import type jsonata from 'jsonata';

/** What `$hash` takes, with the names of OpenSSL. */
const HASH_ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

/** AWS stops at its memory limit; this is the element count that still fits into it. */
const MAX_RANGE_ELEMENTS = 360_145;

/** A function of the query language: its name, its JSONata signature and what it does. */
interface JsonataFunction {
  readonly name: string;
  readonly signature: string;
  /** Its arguments are what the signature lets through. */
  readonly implementation: Parameters<jsonata.Expression['registerFunction']>[1];
}

/** `$partition(array, size)`: chunks of `size`; undefined for an empty array or a size below one. */
function partition(items: readonly unknown[] | undefined, size: number | undefined): unknown[][] | undefined {
  const chunkSize = size === undefined ? 0 : Math.trunc(size);
  if (items === undefined || items.length === 0 || chunkSize < 1) return undefined;
  const chunks: unknown[][] = [];
  for (let start = 0; start < items.length; start += chunkSize) {
    chunks.push(items.slice(start, start + chunkSize));
  }
  return chunks;
}

/** `$range(first, last, step)`, `last` included; a single element is not an array, as in JSONata's sequences. */
function range(first?: number, last?: number, step?: number): number | number[] | undefined {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  const [from, to, by] = [Math.trunc(first), Math.trunc(last), Math.trunc(step)];
  if (by === 0) return undefined;
  const count = Math.floor((to - from) / by) + 1;
  if (count < 1) return undefined;
  if (count > MAX_RANGE_ELEMENTS) throw new RangeError('Expression evaluation memory limit exceeded');
  return count === 1 ? from : Array.from({ length: count }, (_, index) => from + index * by);
}

/** `$hash(text, algorithm)`, in hexadecimal; undefined without an algorithm. */
function hash(text: string | undefined, algorithm: string | undefined): string | undefined {
  if (text === undefined || algorithm === undefined) return undefined;
  const opensslName = HASH_ALGORITHMS.get(algorithm);
  if (opensslName === undefined) {
    throw new RangeError(
      `Invalid hash algorithm: ${algorithm}. Use one of ${[...HASH_ALGORITHMS.keys()].join(', ')}`,
    );
  }
  return createHash(opensslName).update(text, 'utf8').digest('hex');
}

/** `$random(seed?)`, in [0, 1). The same seed gives the same number, though not the one that AWS gives. */
function random(seed: number | undefined): number {
  if (seed === undefined) return Math.random();
  const digest = createHash('sha256')
    .update(String(Math.trunc(seed)))
    .digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** `$parse(text)`: the value of a JSON text; takes the place of `$eval`. */
function parse(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

/**
 * What Step Functions adds to JSONata.
 * Source: "Transforming data with JSONata in Step Functions", JSONata functions provided by Step Functions.
 */
export const stepFunctionsFunctions: readonly JsonataFunction[] = [
  { name: 'partition', signature: '<a?n?:a>', implementation: partition },
  { name: 'range', signature: '<n?n?n?:x>', implementation: range },
  { name: 'hash', signature: '<s?s?:s>', implementation: hash },
  { name: 'random', signature: '<n?:n>', implementation: random },
  { name: 'uuid', signature: '<:s>', implementation: () => randomUUID() },
  { name: 'parse', signature: '<s?:x>', implementation: parse },
];
