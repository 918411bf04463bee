import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../src/aws.ts';
import { type LogStore, openLogStore } from '../../src/logs/log-store.ts';
import { createLogsService, type LogsService } from '../../src/logs/logs-service.ts';

const NOW = 1_780_000_000_000;
const HOUR_MS = 3_600_000;
const clock = { now: () => NOW, sleep: () => Promise.resolve() };

let directory: string;
let store: LogStore;
let service: LogsService;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'logs-'));
  store = await openLogStore({ directory, clock, log: silentLog });
  await store.keeper.put({ logGroupName: '/group' });
  const account = { accountId: '000000000000', region: 'eu-west-1' };
  service = createLogsService({ store, clock, log: silentLog, ...account });
});

afterEach(async () => {
  service.close();
  await store.close();
  await rm(directory, { recursive: true });
});

async function call(operation: string, request: object) {
  const { body } = await service.handle({
    service: 'logs',
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': `Logs_20140328.${operation}` },
    body: Buffer.from(JSON.stringify({ logGroupName: '/group', logStreamName: 'stream', ...request })),
  });
  return JSON.parse(String(body));
}

const errorOf = (operation: string, request: object): Promise<string> =>
  call(operation, request).then(
    () => 'none',
    (error: unknown) => {
      if (!(error instanceof AwsError)) throw error;
      return error.code;
    },
  );

const put = (...logEvents: readonly object[]) => call('PutLogEvents', { logEvents });

describe('CreateLogStream', () => {
  it('makes a stream that is there without events, once', async () => {
    await call('CreateLogStream', {});
    expect(await call('DescribeLogStreams', { logStreamName: undefined })).toMatchObject({
      logStreams: [{ logStreamName: 'stream', creationTime: NOW }],
    });
    expect(await call('GetLogEvents', {})).toMatchObject({ events: [] });
    expect(await errorOf('CreateLogStream', {})).toBe('ResourceAlreadyExistsException');
  });

  it('refuses names that AWS does, and groups that are not there', async () => {
    expect(await errorOf('CreateLogStream', { logStreamName: 'a:b' })).toBe('InvalidParameterException');
    expect(await errorOf('CreateLogStream', { logStreamName: 'x'.repeat(513) })).toBe(
      'InvalidParameterException',
    );
    expect(await errorOf('CreateLogStream', { logGroupName: '/other' })).toBe('ResourceNotFoundException');
  });
});

describe('PutLogEvents', () => {
  beforeEach(() => call('CreateLogStream', {}));

  it('puts events into a stream, to be read again', async () => {
    const events = [
      { timestamp: NOW - 5, message: 'one' },
      { timestamp: NOW, message: 'two' },
    ];
    expect(await put(...events)).not.toHaveProperty('rejectedLogEventsInfo');
    expect(await call('GetLogEvents', { startFromHead: true })).toMatchObject({ events });
    expect(await call('DescribeLogStreams', { logStreamName: undefined })).toMatchObject({
      logStreams: [{ firstEventTimestamp: NOW - 5, lastEventTimestamp: NOW }],
    });
  });

  it('rejects what is too old or too far ahead, tells which, and takes the rest', async () => {
    const ahead = [0, 3 * HOUR_MS].map((ms) => ({ timestamp: NOW + ms, message: `${ms}` }));
    expect(await put(...ahead)).toMatchObject({ rejectedLogEventsInfo: { tooNewLogEventStartIndex: 1 } });
    const old = [15 * 24, 14 * 24 - 1].map((hours) => ({
      timestamp: NOW - hours * HOUR_MS,
      message: `${hours}`,
    }));
    expect(await put(...old.slice(0, 1))).toMatchObject({
      rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1 },
    });
    expect(await put(...old.slice(1))).not.toHaveProperty('rejectedLogEventsInfo');
    const { events } = await call('GetLogEvents', { startFromHead: true });
    expect(events.map(({ message }: { message: string }) => message)).toEqual(['335', '0']);
  });

  it.each([
    ['nothing', []],
    [
      'events out of order',
      [
        { timestamp: NOW, message: 'b' },
        { timestamp: NOW - 1, message: 'a' },
      ],
    ],
    [
      'more than a day',
      [
        { timestamp: NOW - 25 * HOUR_MS, message: 'a' },
        { timestamp: NOW, message: 'b' },
      ],
    ],
    ['more than a megabyte', [{ timestamp: NOW, message: 'x'.repeat(1_048_551) }]],
    ['an event without words', [{ timestamp: NOW, message: '' }]],
    ['an event without a time', [{ message: 'a' }]],
  ])('refuses %s', async (_, logEvents) => {
    expect(await errorOf('PutLogEvents', { logEvents })).toBe('InvalidParameterException');
  });

  it('refuses a stream that is not there', async () => {
    const logEvents = [{ timestamp: NOW, message: 'a' }];
    expect(await errorOf('PutLogEvents', { logEvents, logStreamName: 'other' })).toBe(
      'ResourceNotFoundException',
    );
  });
});
