import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Collections, memoryCollections } from '../../src/data/collections.ts';
import { type LogStore, type LogStoreOptions, openLogStore } from '../../src/logs/log-store.ts';

let directory: string;
let told: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'logs-'));
  told = [];
});

afterEach(() => rm(directory, { recursive: true }));

function open(options: Partial<LogStoreOptions> = {}) {
  const tell = (message: string): void => {
    told.push(message);
  };
  return openLogStore({
    directory: join(directory, 'logs'),
    clock: new FakeClock(),
    log: { info: tell, warn: tell, error: tell },
    ...options,
  });
}

const messagesOf = (store: Awaited<ReturnType<typeof open>>, name: string) =>
  store
    .group(name)
    ?.events()
    .map(({ message }) => message);

describe('the logs', () => {
  test('are in one file a log group, which starts afresh with each start', async () => {
    const groups = [{ logGroupName: '/aws/lambda/one' }, { logGroupName: '/aws/lambda/other' }];
    const before = await open();
    for (const group of groups) await before.keeper.put(group);
    for (const { logGroupName } of groups) before.write(logGroupName, 'stream', 'old');
    before.write('made', 'stream', 'old');
    await before.close();

    const after = await open();
    for (const group of groups) await after.keeper.put(group);
    after.write('/aws/lambda/one', 'stream', 'first');
    after.write('/aws/lambda/one', 'other stream', 'second');
    after.write('made', 'stream', 'new');
    await after.close();

    const fileOf = (name: string) => readFile(join(directory, 'logs', name), 'utf8');
    expect(await fileOf('aws.lambda.one.log')).toBe('first\nsecond\n');
    expect(await fileOf('made.log')).toBe('new\n');
    await expect(fileOf('aws.lambda.other.log')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('have the groups of the template, and those that something was written to', async () => {
    const store = await open();
    await store.keeper.put({ logGroupName: 'b', retentionInDays: 7 });
    store.write('c', 'stream', 'x');
    store.write('a', 'stream', 'x');

    expect(store.groups().map(({ logGroupName }) => logGroupName)).toEqual(['a', 'b', 'c']);
    expect(store.group('b')?.retentionInDays).toBe(7);
    await store.close();
  });

  test('keep the newest events of a group for queries, and say once that they are not all', async () => {
    const store = await open({ limits: { partBytes: 500, groupBytes: 2_000 } });
    for (let number = 1; number <= 100; number += 1) {
      store.write('group', 'stream', `m${number}`, number);
      expect(messagesOf(store, 'group')?.at(-1)).toBe(`m${number}`);
    }

    const size = store.group('group')?.size ?? 0;
    expect(size).toBeGreaterThan(5);
    expect(size).toBeLessThan(30);
    expect(messagesOf(store, 'group')).toEqual(
      Array.from({ length: size }, (_, index) => `m${101 - size + index}`),
    );
    expect(told).toEqual([expect.stringMatching(/group has more than the logs' limits/)]);
    expect(store.group('group')?.events(1, 50)).toEqual([]);
    expect(store.group('group')?.events(99, 100)).toMatchObject([{ sequence: 98 }, { sequence: 99 }]);
    await store.close();
  });

  test('keep as much for queries as all groups may have, of which the biggest gives', async () => {
    const store = await open({ limits: { partBytes: 500, groupBytes: 10_000, allBytes: 3_000 } });
    for (let number = 1; number <= 8; number += 1) store.write('small', 'stream', `m${number}`);
    for (let number = 1; number <= 100; number += 1) store.write('big', 'stream', `m${number}`);

    expect(messagesOf(store, 'small')).toHaveLength(8);
    const big = messagesOf(store, 'big') ?? [];
    expect(big.at(-1)).toBe('m100');
    expect(big.length).toBeLessThan(40);
    await store.close();
  });

  test('are found by their time, however many there are, and leave nothing but their file behind', async () => {
    const store = await open();
    for (let number = 1; number <= 5_000; number += 1) store.write('group', 'stream', `m${number}`, number);

    const found = store.group('group')?.events(3_499, 3_502);
    expect(found?.map(({ message, sequence }) => [message, sequence])).toEqual(
      [3_499, 3_500, 3_501, 3_502].map((number) => [`m${number}`, number - 1]),
    );
    expect(store.group('group')?.size).toBe(5_000);
    await store.close();
    const left = await readdir(join(directory, 'logs'), { recursive: true });
    expect(left.filter((name) => name.endsWith('.json'))).toEqual([]);
  });

  test('are found by what is in their message, in memory as on disk', async () => {
    const store = await open();
    const messageOf = (number: number) => `{"id":"${number}"}\t\\ müde\n`;
    for (let number = 1; number <= 1_200; number += 1)
      store.write('group', 'stream', messageOf(number), number);
    const find = (...texts: string[]) =>
      store
        .group('group')
        ?.events(1, 1_190, texts)
        .map(({ timestampMs }) => timestampMs);

    for (const number of [7, 700, 1_150]) {
      expect(find(`{"id":"${number}"}\t`, '\\ müde\n')).toEqual([number]);
    }
    expect(find('"id":"120', 'müde')).toEqual([120]);
    expect(find('"7"', '"8"')).toEqual([]);
    await store.close();
  });

  test('what was read does not change with what comes later', async () => {
    const store = await open();
    store.write('group', 'stream', 'first');
    const events = store.group('group')?.events();
    store.write('group', 'stream', 'second');

    expect(events).toHaveLength(1);
    await store.close();
  });

  test('know of each stream when it was written to', async () => {
    const store = await open();
    for (const [stream, timestampMs] of [
      ['b', 2000],
      ['a', 1500],
      ['b', 1000],
    ] as const) {
      store.write('group', stream, 'x', timestampMs);
    }

    expect(store.group('group')?.streams).toMatchObject([
      { logStreamName: 'a', firstEventTimestampMs: 1500, lastEventTimestampMs: 1500 },
      { logStreamName: 'b', firstEventTimestampMs: 1000, lastEventTimestampMs: 2000 },
    ]);
    await store.close();
  });

  test('that cannot be written are told of once, and nothing else ends with them', async () => {
    await mkdir(join(directory, 'logs', 'made.log'), { recursive: true });
    const store = await open();
    store.write('made', 'stream', 'one');
    await eventually(async () => expect(told).toHaveLength(1));
    store.write('made', 'stream', 'two');
    await store.close();
    expect(told).toEqual([
      expect.stringMatching(/^lines are lost, since .*made\.log can't be written: EISDIR/),
    ]);
  });

  test('of queries that cannot be written are told of', async () => {
    const store = await open();
    await writeFile(join(directory, 'logs', 'newest'), 'in the way');
    for (let count = 0; count < 3; count += 1) store.write('made', 'stream', 'x'.repeat(100_000));
    expect(told).toEqual([
      expect.stringMatching(/^queries of made miss events that can't be written to disk/),
    ]);
    expect(messagesOf(store, 'made')).toEqual([]);
    await store.close();
  });
});

describe('the files of the logs', () => {
  const limits = { partBytes: 100, groupBytes: 300, allBytes: 500 };
  const line = (number: number) => `line ${String(number).padStart(4, '0')}`;
  const collections: Collections = { ...memoryCollections, areKept: true };

  function write(store: LogStore, name: string, from: number, to: number): void {
    for (let number = from; number <= to; number += 1) store.write(name, 'stream', line(number));
  }

  /** The lines of a group's files, the oldest first. */
  async function linesOf(group: string): Promise<readonly string[]> {
    const names = (await readdir(join(directory, 'logs'))).filter((name) => name.startsWith(`${group}.log`));
    const numberOf = (name: string) => Number(name.split('.log.')[1] ?? Number.POSITIVE_INFINITY);
    const texts = names
      .sort((one, other) => numberOf(one) - numberOf(other))
      .map((name) => readFileSync(join(directory, 'logs', name), 'utf8'));
    for (const text of texts) expect(text.length).toBeLessThanOrEqual(limits.partBytes);
    return texts.flatMap((text) => text.split('\n').slice(0, -1));
  }

  const linesUpTo = (last: number, count: number) =>
    Array.from({ length: count }, (_, index) => line(last - count + 1 + index));

  test('are parts with the newest lines, as many as the group may have', async () => {
    const store = await open({ limits });
    write(store, 'group', 1, 100);
    await store.close();

    const lines = await linesOf('group');
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.length).toBeLessThanOrEqual(30);
    expect(lines).toEqual(linesUpTo(100, lines.length));
  });

  test('are as much as all groups may have, of which the biggest gives its oldest', async () => {
    const store = await open({ limits });
    write(store, 'small', 1, 5);
    write(store, 'one', 1, 100);
    write(store, 'other', 1, 100);
    await store.close();

    const [small, one, other] = [await linesOf('small'), await linesOf('one'), await linesOf('other')];
    expect(small).toEqual(linesUpTo(5, 5));
    expect(one).toEqual(linesUpTo(100, one.length));
    expect(other).toEqual(linesUpTo(100, other.length));
    expect(small.length + one.length + other.length).toBeLessThanOrEqual(50);
    expect(small.length + one.length + other.length).toBeGreaterThan(30);
  });

  test('go on within the limits after a start, where they are kept', async () => {
    const before = await open({ limits, collections });
    write(before, 'group', 1, 100);
    await before.close();
    const after = await open({ limits, collections });
    write(after, 'group', 101, 109);
    await after.close();

    const lines = await linesOf('group');
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.length).toBeLessThanOrEqual(30);
    expect(lines).toEqual(linesUpTo(109, lines.length));
  });

  test('start afresh with all their parts, where they are not kept, or when their group is removed', async () => {
    const before = await open({ limits });
    write(before, 'group', 1, 100);
    await before.close();
    const after = await open({ limits });
    write(after, 'group', 101, 103);
    await after.close();
    expect(await linesOf('group')).toEqual(linesUpTo(103, 3));

    const last = await open({ limits, collections });
    write(last, 'group', 104, 150);
    await last.keeper.remove({ logGroupName: 'group' });
    expect(await linesOf('group')).toEqual([]);
    write(last, 'group', 151, 152);
    await last.close();
    expect(await linesOf('group')).toEqual(linesUpTo(152, 2));
  });
});
