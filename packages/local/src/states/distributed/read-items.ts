import { once } from 'node:events';
import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { pick } from 'stream-json/filters/pick.js';
import { parser } from 'stream-json/parser.js';
import { streamArray } from 'stream-json/streamers/stream-array.js';
import { streamObject } from 'stream-json/streamers/stream-object.js';
import { AwsError } from '../../aws.ts';
import { type Json, type JsonObject, StatesError } from '../values.ts';
import { MAX_LINE_CHARS, type ReaderConfig, readerFailure } from './item-source.ts';
import { type LineLimit, readLines } from './lines.ts';

/** What stands for an escaped backslash, quote and delimiter while a CSV is parsed: no text may have these (Unicode 23.7). */
const ESCAPED = { backslash: '\u{FDD0}', quote: '\u{FDD1}', delimiter: '\u{FDD2}' } as const;
const ANY_ESCAPED = /[\u{FDD0}-\u{FDD2}]/gu;

export interface CsvEscapes {
  /** The text with each backslash escape in the form of one character. */
  encode(text: AsyncIterable<Uint8Array>): AsyncIterable<string>;
  /** A field as it was meant. */
  decode(field: string): string;
}

/**
 * The backslashes of AWS's CSV: one escapes another, a quote and the delimiter, and is dropped before anything
 * else. The parser knows one kind of escape, the doubled quote.
 * https://docs.aws.amazon.com/step-functions/latest/dg/example-csv-parse-dist-map.html
 */
export function csvEscapes(delimiter: string): CsvEscapes {
  let isUsed = false;
  const forms: Record<string, string> = {
    '\\': ESCAPED.backslash,
    '"': ESCAPED.quote,
    [delimiter]: ESCAPED.delimiter,
  };
  const originals: Record<string, string> = {
    [ESCAPED.backslash]: '\\',
    [ESCAPED.quote]: '"',
    [ESCAPED.delimiter]: delimiter,
  };

  async function* encode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
    const decoder = new TextDecoder('utf-8');
    let rest = '';
    for await (const chunk of bytes) {
      const text = rest + decoder.decode(chunk, { stream: true });
      // The last character of a chunk may be a backslash, whose other half is to come.
      const end = text.length - ((/\\+$/.exec(text)?.[0].length ?? 0) % 2);
      rest = text.slice(end);
      yield encodeText(text.slice(0, end));
    }
    yield encodeText(rest + decoder.decode());
  }

  function encodeText(text: string): string {
    if (!text.includes('\\')) return text;
    isUsed = true;
    return text.replace(/\\([\s\S]?)/g, (_, escaped: string) => forms[escaped] ?? escaped);
  }

  return {
    encode,
    decode: (field) => (isUsed ? field.replace(ANY_ESCAPED, (form) => originals[form] ?? form) : field),
  };
}

const DELIMITERS = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' } as const;

/** "Currently, Step Functions supports CSV headers of up to 10 KiB." */
const MAX_HEADER_BYTES = 10 * 1024;

function checkedHeader(header: readonly string[]): readonly string[] {
  const bytes = Buffer.byteLength(header.join(','));
  if (bytes > MAX_HEADER_BYTES) {
    throw readerFailure(`The CSV header has ${bytes} bytes, more than the ${MAX_HEADER_BYTES} of the quota.`);
  }
  return header;
}

const ownText = (value = ''): PropertyDescriptor => ({
  value,
  enumerable: true,
  configurable: true,
  writable: true,
});

/** Missing fields are empty, additional ones are passed over. */
function toItem(header: readonly string[], row: readonly string[]): JsonObject {
  const item: Record<string, string> = {};
  for (let at = 0; at < header.length; at += 1) {
    const name = header[at] as string;
    // An assignment would ask the prototype, which takes no text and says nothing.
    if (name === '__proto__') Object.defineProperty(item, name, ownText(row[at]));
    else item[name] = row[at] ?? '';
  }
  return item;
}

function asReaderFailure(thrown: unknown): unknown {
  return thrown instanceof CsvError ? readerFailure(`The file is not valid CSV: ${thrown.message}`) : thrown;
}

/**
 * One item a row: an object of strings by the names of the header. Rows without a character are passed over.
 * https://docs.aws.amazon.com/step-functions/latest/dg/example-csv-parse-dist-map.html
 */
export async function* readCsv(
  bytes: AsyncIterable<Uint8Array>,
  { CSVDelimiter = 'COMMA', CSVHeaderLocation, CSVHeaders }: ReaderConfig,
): AsyncGenerator<JsonObject> {
  let header = CSVHeaderLocation === 'GIVEN' ? checkedHeader(CSVHeaders ?? []) : undefined;
  const delimiter = DELIMITERS[CSVDelimiter];
  const escapes = csvEscapes(delimiter);
  const rows = pipeline(
    Readable.from(escapes.encode(bytes)),
    parse({
      delimiter,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: MAX_LINE_CHARS,
      // A doubled quote is one, within quotes and without.
      cast: (field, { quoting }) => escapes.decode(quoting ? field : field.replaceAll('""', '"')),
    }),
    // The error comes out of the iteration.
    () => undefined,
  );
  try {
    for await (const row of rows as AsyncIterable<string[]>) {
      if (header === undefined) header = checkedHeader(row);
      else yield toItem(header, row);
    }
  } catch (thrown) {
    throw asReaderFailure(thrown);
  }
}

/** A member of an object that a Distributed Map iterates over: an item, unless an ItemSelector makes others. */
export class Member {
  readonly [member: string]: Json;
  readonly Key: string;
  readonly Value: Json;

  constructor(key: string, value: Json) {
    this.Key = key;
    this.Value = value;
  }
}

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

function asJsonFailure(thrown: unknown): unknown {
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
    throw asJsonFailure(thrown);
  }
  if (!isFound) throw readerFailure(`The ItemsPointer ${pointer} refers to nothing in the file.`);
}

const LIMIT: LineLimit = {
  maxChars: MAX_LINE_CHARS,
  onTooLong(lineNumber) {
    throw readerFailure(
      `Line ${lineNumber} of the JSON Lines file is longer than ${MAX_LINE_CHARS} characters.`,
    );
  },
};

function parseLine(text: string, lineNumber: number): Json {
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
    if (text.trim() !== '') yield parseLine(text, number);
  }
}
