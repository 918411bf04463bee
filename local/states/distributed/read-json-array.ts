import { pipeline, Readable } from 'node:stream';
import { pick } from 'stream-json/filters/pick.js';
import { parser } from 'stream-json/parser.js';
import { streamArray } from 'stream-json/streamers/stream-array.js';
import { AwsError } from '../../aws.ts';
import type { Json } from '../json.ts';
import { StatesError } from '../states-error.ts';
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

/**
 * The elements of the array that a JSON file is, or of the one in it that `pointer` refers to, one at a time. Of an
 * object AWS would take the members; it is refused here.
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
  const items = pipeline(
    Readable.from(bytes, { objectMode: false }),
    parser.asStream(PACKED),
    pick.asStream({ filter: isReferredTo, once: true }),
    streamArray.asStream(),
    // The error comes out of the iteration.
    () => undefined,
  );
  try {
    for await (const { value } of items as AsyncIterable<{ value: Json }>) yield value;
  } catch (thrown) {
    throw asReaderFailure(thrown);
  }
  if (!isFound) throw readerFailure(`The ItemsPointer ${pointer} refers to nothing in the file.`);
}
