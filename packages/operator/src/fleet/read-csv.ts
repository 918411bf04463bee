import { Readable } from 'node:stream';
import type { CsvError, Options } from 'csv-parse';
import { UsageError } from '../errors.ts';
import { LineCounter } from './line-counter.ts';

/** A line of more is an open quote, or no CSV. */
const MAX_RECORD_CHARACTERS = 1 << 20;
/** As much of a first line is looked at. */
const MAX_HEADER_BYTES = 1 << 16;
const DELIMITERS = [',', ';', '\t'] as const;

export interface CsvRecord {
  /** Of its first line, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * The records of a CSV: with or without BOM, with any ends of lines, quoted as in RFC 4180, its fields apart by
 * commas, semicolons or tabs, whatever its first line has most of. Streams.
 * @param name how messages call it
 * @throws UsageError where a quote is out of place: whatever follows it could belong to either side
 */
export async function* readCsv(name: string, stream: AsyncIterable<Buffer>): AsyncGenerator<CsvRecord> {
  const { CsvError, parse } = await import('csv-parse');
  const [first, whole] = await peek(stream);
  const counter = new LineCounter();
  let lastLine = 0;
  const options: Options<CsvRecord, string[]> = {
    bom: true,
    delimiter: delimiterOf(first),
    max_record_size: MAX_RECORD_CHARACTERS,
    relax_column_count: true,
    skip_empty_lines: true,
    // At once, since an error overtakes the records that are on their way.
    on_record(fields: string[], { bytes }): CsvRecord {
      const before = lastLine;
      lastLine = Math.max(before, counter.lineEndingAt(bytes));
      // Where ends of lines are mixed, one within a field may be none; no line is before the one before it.
      return { line: Math.max(1, before, lastLine - counter.endsWithin(fields)), fields };
    },
  };
  // The types of csv-parse know of records that are made otherwise for options with names of columns alone.
  const parser = parse(options as unknown as Options);
  const source = Readable.from(counter.through(whole));
  source.on('error', (error) => parser.destroy(error)).pipe(parser);
  try {
    yield* parser as AsyncIterable<CsvRecord>;
  } catch (error) {
    throw error instanceof CsvError ? explained(name, lastLine, error) : error;
  } finally {
    source.destroy();
  }
}

/** A carriage return may be half of one. */
const hasLineEnd = (bytes: Buffer): boolean => /\n|\r[\s\S]/.test(bytes.toString('latin1'));

/** The first line at least, as far as it goes: pipes and networks give as little at once as they like. */
async function peek(stream: AsyncIterable<Buffer>): Promise<[first: Buffer, whole: AsyncIterable<Buffer>]> {
  const iterator = stream[Symbol.asyncIterator]();
  let first = Buffer.alloc(0);
  let isOver = false;
  while (!isOver && first.length < MAX_HEADER_BYTES && !hasLineEnd(first)) {
    const { value, done = false } = await iterator.next();
    isOver = done;
    if (value !== undefined) first = Buffer.concat([first, value]);
  }
  async function* whole(): AsyncGenerator<Buffer> {
    yield first;
    if (!isOver) yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return [first, whole()];
}

function delimiterOf(chunk: Buffer): string {
  const [header = ''] = chunk.toString('utf8').split(/[\r\n]/);
  const counts = DELIMITERS.map((delimiter) => header.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function explained(name: string, lastLine: number, error: CsvError): UsageError {
  const where = lastLine === 0 ? 'on its first line' : `behind line ${lastLine.toLocaleString('en')}`;
  const what =
    error.code === 'CSV_MAX_RECORD_SIZE'
      ? `a line of more than a million characters ${where}, or a quote that is never closed`
      : `a quote ${where} that is out of place or never closed`;
  return new UsageError(
    `${name} has ${what}, so that what follows cannot be told apart: put fields that hold quotes into quotes, and double those within.`,
  );
}
