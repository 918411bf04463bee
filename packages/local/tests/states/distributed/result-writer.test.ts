import { appendFileSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { all, type MemoryObjects, memoryObjects } from '@device-lifecycle/test-kit/object-store.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChildResult } from '../../../src/states/distributed/result-record.ts';
import { openResultWriter, type ResultWriterOptions } from '../../../src/states/distributed/result-writer.ts';

const UUID = '3a1f0a06-0000-3000-8000-000000000001';
const MAP_RUN_ARN = `arn:aws:states:us-east-1:000000000000:mapRun:fleet/Decommission:${UUID}`;
const STATE_MACHINE_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:fleet/Decommission';
const FOLDER = `results/run-1/${UUID}`;

let root: string;
let objects: MemoryObjects;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'results-'));
  objects = memoryObjects();
});

afterEach(() => rmSync(root, { recursive: true }));

function open(others: Partial<ResultWriterOptions> = {}) {
  const directory = join(root, 'spool');
  const where = { bucket: 'fleet', prefix: 'results/run-1' };
  return openResultWriter({ directory, objects, ...where, mapRunArn: MAP_RUN_ARN, ...others });
}

function child(name: string, result: Partial<ChildResult> = {}): ChildResult {
  return {
    status: 'SUCCEEDED',
    executionArn: `arn:aws:states:us-east-1:000000000000:express:fleet/Decommission:${name}:1`,
    name,
    stateMachineArn: STATE_MACHINE_ARN,
    input: '{"Items":[1]}',
    ...result,
  };
}

const done = (name: string, output: string) => child(name, { output });
const failed = (name: string, status: ChildResult['status'] = 'FAILED') =>
  child(name, { status, error: 'Throttled', cause: 'Too much.' });

const file = (name: string): string => objects.contents.get(`${FOLDER}/${name}`) ?? 'no such file';
const manifest = () => JSON.parse(file('manifest.json'));
const linesIn = (name: string) =>
  file(name)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const namesIn = (name: string): string[] => linesIn(name).map(({ Name }) => Name);

describe('ResultWriter', () => {
  it('writes outputs, records of what failed as AWS does, and a manifest that names the files with their sizes', async () => {
    const writer = await open();
    const startDateMs = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
    await writer.add({ ...done('a', '{"ok":true}'), startDateMs, stopDateMs: startDateMs + 1000 });
    await writer.add({ ...failed('b', 'TIMED_OUT'), startDateMs, stopDateMs: startDateMs, redriveCount: 2 });
    expect(await writer.finish()).toEqual({ Bucket: 'fleet', Key: `${FOLDER}/manifest.json` });

    expect(file('SUCCEEDED_0.jsonl')).toBe('{"ok":true}\n');
    expect(linesIn('FAILED_0.jsonl')).toEqual([
      {
        Cause: 'Too much.',
        Error: 'Throttled',
        ExecutionArn: 'arn:aws:states:us-east-1:000000000000:express:fleet/Decommission:b:1',
        Input: '{"Items":[1]}',
        InputDetails: { Included: true },
        Name: 'b',
        RedriveCount: 2,
        RedriveStatus: 'REDRIVABLE_BY_MAP_RUN',
        StartDate: '2026-01-02T03:04:05.006Z',
        StateMachineArn: STATE_MACHINE_ARN,
        Status: 'TIMED_OUT',
        StopDate: '2026-01-02T03:04:05.006Z',
      },
    ]);
    const entry = (name: string) => ({ Key: `${FOLDER}/${name}`, Size: Buffer.byteLength(file(name)) });
    expect(manifest()).toEqual({
      DestinationBucket: 'fleet',
      MapRunArn: MAP_RUN_ARN,
      ResultFiles: {
        FAILED: [entry('FAILED_0.jsonl')],
        PENDING: [],
        SUCCEEDED: [entry('SUCCEEDED_0.jsonl')],
      },
    });
  });

  it('sorts by how children ended, in the order in which they ended', async () => {
    const writer = await open();
    const results = [done('1', '1'), failed('2'), done('3', '3'), failed('4', 'ABORTED')];
    await Promise.all([...results, child('5', { status: 'PENDING' })].map((result) => writer.add(result)));
    await writer.finish();
    expect(linesIn('SUCCEEDED_0.jsonl')).toEqual([1, 3]);
    expect(namesIn('FAILED_0.jsonl')).toEqual(['2', '4']);
    expect(namesIn('PENDING_0.jsonl')).toEqual(['5']);
    expect(linesIn('PENDING_0.jsonl')[0]).not.toHaveProperty('StartDate');
  });

  it('writes the elements of an output that is an array, a line each', async () => {
    const writer = await open();
    await writer.add(done('a', '[{"n":"ü"},\n2]'));
    await writer.add(done('c', '3'));
    await writer.finish();
    expect(file('SUCCEEDED_0.jsonl')).toBe('{"n":"ü"}\n2\n3\n');
  });

  it('begins another file before one gets too large', async () => {
    const writer = await open({ maxFileBytes: 10 });
    await writer.add(done('a', '["abc","def","a long one","x"]'));
    await writer.finish();
    const keys = manifest().ResultFiles.SUCCEEDED.map(({ Key }: { Key: string }) => Key);
    expect(keys).toEqual([0, 1, 2, 3].map((number) => `${FOLDER}/SUCCEEDED_${number}.jsonl`));
    expect(['abc', 'def', 'a long one', 'x'].map((text) => `"${text}"\n`)).toEqual(
      [0, 1, 2, 3].map((number) => file(`SUCCEEDED_${number}.jsonl`)),
    );
  });

  it('stands below the map run alone when there is no prefix, and under one that ends in a slash once', async () => {
    const keyOf = async (prefix: string) =>
      (await (await open({ prefix, directory: join(root, `p${prefix.length}`) })).finish()).Key;
    expect(await keyOf('')).toBe(`${UUID}/manifest.json`);
    expect(await keyOf('a/b/')).toBe(`a/b/${UUID}/manifest.json`);
  });

  it('keeps what had succeeded on a redrive, and writes the rest anew', async () => {
    const first = await open();
    for (const result of [done('1', '1'), failed('2'), child('3', { status: 'PENDING' })])
      await first.add(result);
    await first.finish();
    const second = await open();
    await second.add(done('2', '2'));
    await second.add(failed('3'));
    await second.finish();
    const { FAILED, PENDING, SUCCEEDED } = manifest().ResultFiles;
    expect(SUCCEEDED.map(({ Key }: { Key: string }) => Key)).toEqual([
      `${FOLDER}/SUCCEEDED_0.jsonl`,
      `${FOLDER}/SUCCEEDED_1.jsonl`,
    ]);
    expect([linesIn('SUCCEEDED_0.jsonl'), linesIn('SUCCEEDED_1.jsonl')]).toEqual([[1], [2]]);
    expect([FAILED.length, PENDING]).toEqual([1, []]);
    expect(namesIn('FAILED_0.jsonl')).toEqual(['3']);
  });

  it('goes on after the process was killed, without the line that was not whole', async () => {
    const killed = await open();
    await killed.add(done('1', '[1]'));
    await killed.add(failed('2'));
    cpSync(join(root, 'spool'), join(root, 'copy'), { recursive: true });
    appendFileSync(join(root, 'copy', 'SUCCEEDED.jsonl'), `{"name":"3","output":"${'x'.repeat(200_000)}`);
    await killed.close();

    const writer = await open({ directory: join(root, 'copy') });
    expect(await all(writer.recorded())).toEqual([
      { name: '2', status: 'FAILED' },
      { name: '1', status: 'SUCCEEDED' },
    ]);
    await writer.add(done('3', '[3]'));
    await writer.finish();
    expect(linesIn('SUCCEEDED_0.jsonl')).toEqual([1, 3]);
    expect(existsSync(join(root, 'copy'))).toBe(false);
  });

  it('writes the same again when it was killed after its manifest, of a redrive too', async () => {
    const first = await open();
    await first.add(done('0', '0'));
    await first.finish();
    const writer = await open();
    await writer.add(done('1', '1'));
    cpSync(join(root, 'spool'), join(root, 'copy'), { recursive: true });
    await writer.finish();
    const before = new Map(objects.contents);
    await (await open({ directory: join(root, 'copy') })).finish();
    expect(objects.contents).toEqual(before);
  });

  it('fails at once for a bucket that is not there', async () => {
    await expect(open({ bucket: 'none' })).rejects.toMatchObject({
      error: 'States.ResultWriterFailed',
      causeText:
        'Failed to write a test manifest into the specified output bucket. The specified bucket does not exist (Service: S3, Status Code: 404, Error Code: NoSuchBucket)',
    });
  });
});
