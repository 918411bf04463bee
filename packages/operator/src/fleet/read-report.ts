import { basename } from 'node:path';
import { UsageError } from '../errors.ts';
import { type OpenFile, withFile } from './open-file.ts';
import type { FleetBucket, Run } from './ports.ts';
import { type CsvRecord, readCsv } from './read-csv.ts';
import { formatOf } from './read-devices.ts';
import { REPORT_COLUMNS } from './report-csv.ts';
import { outcomesOf } from './results.ts';

type Column = (typeof REPORT_COLUMNS)[number];

/** A line of a report, as it was written. */
export interface ReportRow {
  /** Of the file. */
  readonly line: number;
  readonly deviceId: string;
  readonly outcome: string;
  readonly isRetryable: boolean;
  /** Epoch seconds. */
  readonly ttl?: number;
  /** The ARN of the run. */
  readonly execution?: string;
}

/** What spreadsheets make of `true` in the languages of their users. */
const TRUE = /^(true|1|yes|wahr|vrai|vero|verdadero|verdadeiro|waar|sant|sand|tosi|prawda|pravda|igaz)$/i;

/** The columns that a report cannot do without. */
const NEEDED = ['deviceId', 'outcome'] as const satisfies readonly Column[];

/**
 * Reads a report, also one that went through a spreadsheet: with other columns, in another order, quoted, apart by
 * semicolons, with BOM. Streams.
 * @throws UsageError where it is none
 */
export function withReport<T>(path: string, use: (rows: AsyncIterable<ReportRow>) => Promise<T>): Promise<T> {
  const name = basename(path);
  return withFile(path, (file) => use(rowsOfFile(name, file)));
}

/** The rows that the report of a run has, without one. */
export async function* rowsOfRun(bucket: FleetBucket, run: Run): AsyncGenerator<ReportRow> {
  let line = 1; // the header
  for await (const { deviceId, outcome, retryable = false, ttl } of outcomesOf(bucket, run)) {
    line += 1;
    const row = { line, deviceId, outcome, isRetryable: retryable, execution: run.executionArn };
    yield { ...row, ...(ttl !== undefined && { ttl }) };
  }
}

function rowsOfFile(name: string, { beginning, stream }: OpenFile): AsyncGenerator<ReportRow> {
  if (formatOf(name, beginning) !== 'csv') throw notAReport(name);
  return rowsOf(name, stream);
}

/** The same for several, one after the other. */
export async function withReports<T>(
  paths: readonly string[],
  use: (rows: AsyncIterable<ReportRow>) => Promise<T>,
): Promise<T> {
  const [first, ...others] = paths;
  if (first === undefined) return use(inTurn());
  return withReport(first, (rows) => withReports(others, (more) => use(inTurn(rows, more))));
}

async function* inTurn(...all: readonly AsyncIterable<ReportRow>[]): AsyncGenerator<ReportRow> {
  for (const rows of all) yield* rows;
}

async function* rowsOf(name: string, stream: AsyncIterable<Buffer>): AsyncGenerator<ReportRow> {
  let columns: ReadonlyMap<Column, number> | undefined;
  for await (const record of readCsv(name, stream)) {
    if (columns === undefined) columns = columnsOf(name, record.fields);
    else yield rowOf(record, columns);
  }
}

function columnsOf(name: string, header: readonly string[]): ReadonlyMap<Column, number> {
  const names = header.map((field) => field.trim().toLowerCase());
  const columns = new Map<Column, number>();
  for (const column of REPORT_COLUMNS) {
    const index = names.indexOf(column.toLowerCase());
    if (index !== -1) columns.set(column, index);
  }
  if (NEEDED.some((column) => !columns.has(column))) throw notAReport(name);
  return columns;
}

const notAReport = (name: string): UsageError =>
  new UsageError(
    `${name} is not a report of a run: give one that devicectl has written, with its columns deviceId and outcome.`,
  );

function rowOf({ line, fields }: CsvRecord, columns: ReadonlyMap<Column, number>): ReportRow {
  const field = (column: Column): string => {
    const index = columns.get(column);
    return index === undefined ? '' : (fields[index] ?? '').trim();
  };
  const [ttl, execution] = [field('ttl'), field('execution')];
  return {
    line,
    // The apostrophe keeps spreadsheets from taking it for a formula, and is legal in no id.
    deviceId: field('deviceId').replace(/^'/, ''),
    outcome: field('outcome'),
    isRetryable: TRUE.test(field('retryable')),
    ...(ttl !== '' && Number.isFinite(Number(ttl)) && { ttl: Number(ttl) }),
    ...(execution !== '' && { execution }),
  };
}

/**
 * The run that a report is of; nothing where there is no such file, or no line in it.
 * @throws UsageError for a file that is no report
 */
export function executionOfReport(path: string): Promise<string | undefined> {
  return withReport(path, async (rows) => {
    for await (const { execution } of rows) return execution;
    return undefined;
  });
}
