import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type LogStoreOptions, openLogStore } from '../../src/logs/log-store.ts';

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
    const store = await open({ maxEvents: 3 });
    for (let number = 1; number <= 10; number += 1) {
      store.write('group', 'stream', `m${number}`);
      expect(messagesOf(store, 'group')?.at(-1)).toBe(`m${number}`);
    }

    expect(messagesOf(store, 'group')).toEqual(['m8', 'm9', 'm10']);
    expect(told).toEqual([expect.stringMatching(/group keeps its newest 3 events/)]);
    await store.close();
    expect(await readFile(join(directory, 'logs', 'group.log'), 'utf8')).toMatch(/^m1\nm2\n[\s\S]*m10\n$/);
  });

  test('are found by their time, however many there are, and leave nothing but their file behind', async () => {
    const store = await open({ maxEvents: 2_100 });
    for (let number = 1; number <= 5_000; number += 1) store.write('group', 'stream', `m${number}`, number);

    expect(messagesOf(store, 'group')).toEqual(
      Array.from({ length: 2_100 }, (_, index) => `m${2_901 + index}`),
    );
    const found = store.group('group')?.events(3_499, 3_502);
    expect(found?.map(({ message, sequence }) => [message, sequence])).toEqual(
      [3_499, 3_500, 3_501, 3_502].map((number) => [`m${number}`, number - 1]),
    );
    expect(store.group('group')?.events(1, 2_900)).toEqual([]);
    expect(store.group('group')?.size).toBe(2_100);
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
    for (let count = 0; count < 500; count += 1) store.write('made', 'stream', 'line');
    expect(told).toEqual([
      expect.stringMatching(/^queries of made miss events that can't be written to disk/),
    ]);
    expect(messagesOf(store, 'made')).toEqual([]);
    await store.close();
  });
});
