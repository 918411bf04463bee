import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { Json, JsonObject } from '../values.ts';
import { MAX_LINE_CHARS, readerFailure } from './item-source.ts';
import { type LineLimit, readLines } from './lines.ts';

/** What stands for an escaped backslash, quote and comma while a CSV is parsed: no text may have these (Unicode 23.7). */
const ESCAPED = { backslash: '\u{FDD0}', quote: '\u{FDD1}', comma: '\u{FDD2}' } as const;
const ANY_ESCAPED = /[\u{FDD0}-\u{FDD2}]/gu;

const FORMS: Readonly<Record<string, string>> = {
  '\\': ESCAPED.backslash,
  '"': ESCAPED.quote,
  ',': ESCAPED.comma,
};
const ORIGINALS = Object.fromEntries(Object.entries(FORMS).map(([original, form]) => [form, original]));

/**
 * The text of a CSV with each backslash escape in the form of one character: a backslash escapes another, a quote and
 * the comma, and is dropped before anything else. The parser knows one kind of escape, the doubled quote.
 * https://docs.aws.amazon.com/step-functions/latest/dg/example-csv-parse-dist-map.html
 */
async function* withEscapes(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const chunk of bytes) {
    const text = rest + decoder.decode(chunk, { stream: true });
    // The last character of a chunk may be a backslash, whose other half is to come.
    const end = text.length - ((/\\+$/.exec(text)?.[0].length ?? 0) % 2);
    rest = text.slice(end);
    yield escaped(text.slice(0, end));
  }
  yield escaped(rest + decoder.decode());
}

function escaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([\s\S]?)/g, (_, character: string) => FORMS[character] ?? character);
}

/** A field as it was meant. */
function unescaped(field: string): string {
  return field.replace(ANY_ESCAPED, (form) => ORIGINALS[form] ?? form);
}

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
 * One item a row: an object of strings by the names in the first one. Rows without a character are passed over.
 * https://docs.aws.amazon.com/step-functions/latest/dg/example-csv-parse-dist-map.html
 */
export async function* readCsv(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<JsonObject> {
  let header: readonly string[] | undefined;
  const rows = pipeline(
    Readable.from(withEscapes(bytes)),
    parse({
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: MAX_LINE_CHARS,
      // A doubled quote is one, within quotes and without.
      cast: (field, { quoting }) => unescaped(quoting ? field : field.replaceAll('""', '"')),
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
