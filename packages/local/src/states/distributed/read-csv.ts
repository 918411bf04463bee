import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { JsonObject } from '../json.ts';
import { csvEscapes } from './csv-escapes.ts';
import type { ReaderConfig } from './item-source.ts';
import { MAX_LINE_CHARS, readerFailure } from './reader-failure.ts';

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
