import { createHash } from 'node:crypto';
import { HASH_ALGORITHMS } from '../hash-algorithms.ts';
import type { Json } from '../json.ts';
import { IntrinsicArgumentError, type IntrinsicFunction, stringIn } from './intrinsic-function.ts';

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
