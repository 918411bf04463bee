import type { Json } from '../json.ts';
import { type LineLimit, readLines } from './lines.ts';
import { MAX_LINE_CHARS, readerFailure } from './reader-failure.ts';

const LIMIT: LineLimit = {
  maxChars: MAX_LINE_CHARS,
  onTooLong(lineNumber) {
    throw readerFailure(
      `Line ${lineNumber} of the JSON Lines file is longer than ${MAX_LINE_CHARS} characters.`,
    );
  },
};

function parse(text: string, lineNumber: number): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw readerFailure(
      `Line ${lineNumber} of the JSON Lines file is not valid JSON: ${Object(error).message}`,
    );
  }
}

/** One item a line (https://jsonlines.org); lines with white space alone are passed over. */
export async function* readJsonLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Json> {
  for await (const { text, number } of readLines(bytes, LIMIT)) {
    if (text.trim() !== '') yield parse(text, number);
  }
}
