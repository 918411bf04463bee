import { readCsv, readJsonLines } from '@device-lifecycle/local/states/distributed/read-items.ts';
import { fuzz } from '@device-lifecycle/test-kit/fuzz/fuzz.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Line } from '../../src/fleet/lines.ts';
import { devicesOfCsv, devicesOfJsonLines, formatOf } from '../../src/fleet/read-devices.ts';
import {
  csvFile,
  type DeviceFile,
  damagedFile,
  type Expected,
  inPieces,
  jsonLinesFile,
} from './device-files.ts';

const PIECE = fc.constantFrom(1, 7, 64, 1 << 18);
/** With pieces of this size, what is uploaded is read again: that takes longer than all the rest. */
const WITH_SOURCE = 64;

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const shown = (line: Line): Expected =>
  'problem' in line ? { line: line.line, isBad: true } : { line: line.line, deviceId: line.deviceId };

const idsOf = (lines: readonly (Line | Expected)[]): string[] =>
  lines.flatMap((line) => ('deviceId' in line ? [line.deviceId] : []));

/** The ids that the state machine would see, of which it takes those that are ids. */
async function idsOfItems(items: AsyncIterable<unknown>): Promise<string[]> {
  const found = await all(items);
  return found
    .map((item) => Object(item).deviceId)
    .filter((id) => typeof id === 'string' && /^[\w:-]{1,128}$/.test(id));
}

/** What the tool uploads of a file. */
async function* sourceOf(ids: readonly string[]): AsyncGenerator<Buffer> {
  yield Buffer.from('deviceId\n');
  for (const id of ids) yield Buffer.from(`${id}\n`);
}

async function isUploadedWhole(ids: readonly string[]): Promise<void> {
  expect(await idsOfItems(readCsv(sourceOf(ids)))).toEqual(ids);
  expect(idsOf(await all(devicesOfCsv('source', sourceOf(ids))))).toEqual(ids);
}

function readsAll(read: (stream: AsyncIterable<Buffer>) => AsyncIterable<Line>) {
  return async ([{ bytes, expected }, piece]: [DeviceFile, number]): Promise<string> => {
    const lines = await all(read(inPieces(bytes, piece)));
    expect(lines.map(shown)).toEqual(expected);
    if (piece === WITH_SOURCE) await isUploadedWhole(idsOf(lines));
    return lines.some((line) => 'problem' in line) ? 'with bad lines' : 'good';
  };
}

describe(`files of devices (TEST_SEED=${TEST_SEED})`, () => {
  it('have each line of a CSV told as a device or as a bad line, by its number', async () => {
    const read = readsAll((stream) => devicesOfCsv('lot.csv', stream));
    const tally = await fuzz('cli/csv', fc.tuple(csvFile, PIECE), read);
    expect(Object.keys(tally).toSorted()).toEqual(['good', 'with bad lines']);
  });

  it('have each line of JSON Lines told so too', async () => {
    const read = readsAll(devicesOfJsonLines);
    const tally = await fuzz('cli/json-lines', fc.tuple(jsonLinesFile, PIECE), read);
    expect(Object.keys(tally).toSorted()).toEqual(['good', 'with bad lines']);
  });

  it('are read alike by the tool and by the state machine where they are damaged, or refused', async () => {
    const tally = await fuzz('cli/damaged-files', fc.tuple(damagedFile, PIECE), async ([bytes, piece]) => {
      try {
        return await readDamaged(bytes, piece);
      } catch (error) {
        const { name, message } = Object(error);
        if (name !== 'UsageError') throw error;
        expect(message).toMatch(/^lot .*[.:]/);
        return name;
      }
    });
    expect(tally).toMatchObject({ read: expect.any(Number), UsageError: expect.any(Number) });
  });
});

async function readDamaged(bytes: Buffer, piece: number): Promise<string> {
  const isCsv = formatOf('lot', bytes) === 'csv';
  const stream = inPieces(bytes, piece);
  const lines = await all(isCsv ? devicesOfCsv('lot', stream) : devicesOfJsonLines(stream));
  const numbers = lines.map(({ line }) => line);
  // Where the ends of lines are mixed, nobody can tell which line a field's half is on.
  expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
  if (!isCsv) return isReadAlike(bytes, lines);
  if (piece === WITH_SOURCE) await isUploadedWhole(idsOf(lines));
  return 'read';
}

/** A bad line ends the state machine's reading; up to there, both see the same devices. */
async function isReadAlike(bytes: Buffer, lines: readonly Line[]): Promise<string> {
  const ofMachine: string[] = [];
  let end = 'read';
  try {
    for await (const item of readJsonLines(inPieces(bytes, 64))) {
      const { deviceId } = Object(item);
      if (typeof deviceId === 'string' && /^[\w:-]{1,128}$/.test(deviceId.trim()))
        ofMachine.push(deviceId.trim());
    }
  } catch (error) {
    end = Object(error).error;
    if (end !== 'States.ItemReaderFailed') throw error;
  }
  expect(idsOf(lines).slice(0, ofMachine.length)).toEqual(ofMachine);
  if (end === 'read') expect(idsOf(lines)).toEqual(ofMachine);
  return end;
}
