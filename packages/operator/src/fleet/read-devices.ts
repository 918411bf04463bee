import { UsageError } from '../errors.ts';
import { printableLine } from '../output/printable.ts';
import { problemOf } from './device-id.ts';
import type { Line, Lines } from './lines.ts';
import { type CsvRecord, readCsv } from './read-csv.ts';
import { textLines } from './text-lines.ts';

const COLUMN = 'deviceid';
const SHOWN_CHARACTERS = 80;

/**
 * The devices of a CSV with a column deviceId.
 * @throws UsageError without such a column
 */
export async function* devicesOfCsv(
  name: string,
  stream: AsyncIterable<Buffer>,
): Lines & AsyncGenerator<Line> {
  let header: readonly string[] | undefined;
  let column = 0;
  for await (const record of readCsv(name, stream)) {
    if (header === undefined) {
      header = record.fields;
      column = columnOf(name, header);
    } else {
      yield deviceOf(record, header.length, column);
    }
  }
}

function columnOf(name: string, header: readonly string[]): number {
  const columns = header.map((field) => field.trim().toLowerCase());
  const column = columns.indexOf(COLUMN);
  const shown = printableLine(header.join(', ').slice(0, SHOWN_CHARACTERS));
  if (column === -1) {
    throw new UsageError(
      `${name} has no column deviceId: its first line has to name it, and says "${shown}".`,
    );
  }
  if (columns.lastIndexOf(COLUMN) !== column) {
    throw new UsageError(`${name} has two columns deviceId: leave one of them ("${shown}").`);
  }
  return column;
}

/** More fields than columns, and one of them may have been torn in two: another device would be taken. */
function deviceOf({ line, fields }: CsvRecord, columns: number, column: number): Line {
  if (fields.slice(columns).some((field) => field.trim() !== '')) {
    return { line, problem: `has ${fields.length} fields, and the first line ${columns}` };
  }
  return lineOf(line, fields[column]?.trim());
}

function lineOf(line: number, deviceId: string | undefined): Line {
  const problem = problemOf(deviceId);
  return problem === undefined && deviceId !== undefined
    ? { line, deviceId }
    : { line, problem: problem ?? 'has no deviceId' };
}

/** The devices of JSON Lines: objects with a deviceId. */
export async function* devicesOfJsonLines(stream: AsyncIterable<Buffer>): Lines & AsyncGenerator<Line> {
  for await (const { line, text } of textLines(stream)) {
    const trimmed = text?.trim();
    if (trimmed === undefined) yield { line, problem: 'is longer than eight million characters' };
    else if (trimmed !== '') yield deviceOfJson(line, trimmed);
  }
}

function deviceOfJson(line: number, text: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { line, problem: 'is not JSON' };
  }
  const { deviceId } = Object(value);
  if (deviceId === undefined) return { line, problem: 'has no deviceId' };
  if (typeof deviceId !== 'string') return { line, problem: 'has a deviceId that is not a text' };
  return lineOf(line, deviceId.trim());
}

const BEGINNINGS: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0xff, 0xfe], 'is UTF-16: save it as CSV in UTF-8'],
  [[0xfe, 0xff], 'is UTF-16: save it as CSV in UTF-8'],
  [[0x50, 0x4b, 0x03, 0x04], 'is a workbook or an archive: save the sheet as CSV'],
  [[0x1f, 0x8b], 'is compressed: unpack it first'],
];

/**
 * Which of the two a file is, by its beginning.
 * @throws UsageError for what is neither
 */
export function formatOf(name: string, beginning: Buffer): 'csv' | 'jsonLines' {
  const known = BEGINNINGS.find(([bytes]) => bytes.every((byte, index) => beginning[index] === byte));
  if (known !== undefined) throw new UsageError(`${name} ${known[1]}.`);
  if (beginning.includes(0)) throw new UsageError(`${name} is no text: give a CSV in UTF-8.`);
  const [first] = beginning
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (first === undefined)
    throw new UsageError(`${name} is empty: give a CSV with a column deviceId, or JSON Lines.`);
  if (first === '[')
    throw new UsageError(`${name} is one JSON array: write an object a line, without the array.`);
  return first === '{' ? 'jsonLines' : 'csv';
}
