import { once } from 'node:events';
import { pipeline, Readable } from 'node:stream';
import { pick } from 'stream-json/filters/pick.js';
import { parser } from 'stream-json/parser.js';
import { streamArray } from 'stream-json/streamers/stream-array.js';
import { streamObject } from 'stream-json/streamers/stream-object.js';
import { AwsError } from '../../aws.ts';
import type { Json } from '../json.ts';
import { StatesError } from '../states-error.ts';
import { Member } from './member.ts';
import { readerFailure } from './reader-failure.ts';

/** Whole values alone: the parser would send the parts of each as well. */
const PACKED = { streamValues: false, streamKeys: false, streamStrings: false, streamNumbers: false };

/** The reference tokens of a JSON Pointer (RFC 6901). Throws `States.ItemReaderFailed` for what is none. */
function pointerTokens(pointer: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) {
    throw readerFailure(`The ItemsPointer ${pointer} is not a JSON Pointer: it has to begin with "/".`);
  }
  const tokens = pointer.slice(1).split('/');
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function asReaderFailure(thrown: unknown): unknown {
  if (thrown instanceof AwsError || thrown instanceof StatesError) return thrown;
  const reason = String(Object(thrown).message);
  if (reason.startsWith('Top-level object should be an array')) {
    return readerFailure('Attempting to map over non-iterable node.');
  }
  return readerFailure(`The file is not valid JSON: ${reason}`);
}

/** The first token of a stream, which stays in it; undefined when there is none. */
async function firstToken(tokens: Readable): Promise<{ readonly name: string } | undefined> {
  for (;;) {
    const token = tokens.read();
    if (token !== null) {
      tokens.unshift(token);
      return token;
    }
    if (tokens.readableEnded || tokens.destroyed) return undefined;
    await Promise.race([once(tokens, 'readable'), once(tokens, 'end'), once(tokens, 'close')]);
  }
}

/**
 * The elements of the array that a JSON file is, or of the one in it that `pointer` refers to, one at a time; of an
 * object, its members.
 */
export async function* readJsonArray(bytes: AsyncIterable<Uint8Array>, pointer = ''): AsyncGenerator<Json> {
  const tokens = pointerTokens(pointer);
  let isFound = false;
  const isReferredTo = (stack: (string | number | null)[]): boolean => {
    const matches =
      stack.length === tokens.length && tokens.every((token, at) => String(stack[at]) === token);
    isFound ||= matches;
    return matches;
  };
  // The errors come out of the iteration.
  const ignore = () => undefined;
  const picked = pick.asStream({ filter: isReferredTo, once: true });
  pipeline(Readable.from(bytes, { objectMode: false }), parser.asStream(PACKED), picked, ignore);
  try {
    const isObject = (await firstToken(picked))?.name === 'startObject';
    const items = pipeline(picked, isObject ? streamObject.asStream() : streamArray.asStream(), ignore);
    for await (const { key, value } of items as AsyncIterable<{ key: string; value: Json }>) {
      yield isObject ? new Member(key, value) : value;
    }
  } catch (thrown) {
    throw asReaderFailure(thrown);
  }
  if (!isFound) throw readerFailure(`The ItemsPointer ${pointer} refers to nothing in the file.`);
}
