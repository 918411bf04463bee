import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AwsError } from '../../src/aws.ts';
import { systemClock } from '../../src/clock.ts';
import { type LogStore, openLogStore } from '../../src/logs/log-store.ts';
import { createLogsService, type LogsService } from '../../src/logs/logs-service.ts';

const RANGE = { startTime: 0, endTime: 100 };

let directory: string;
let store: LogStore;
let service: LogsService;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'logs-'));
  store = await openLogStore({ directory, clock: systemClock, log: silentLog });
  await store.keeper.put({ logGroupName: 'group' });
  for (let n = 0; n < 120; n += 1) store.write('group', `stream-${n}`, `message ${n}`, n * 1000);
  service = createLogsService({
    store,
    clock: systemClock,
    accountId: '000000000000',
    region: 'eu-west-1',
    log: silentLog,
  });
});

afterAll(async () => {
  service.close();
  await store.close();
  await rm(directory, { recursive: true });
});

async function call(operation: string, request: object | string) {
  const answer = await service.handle({
    service: 'logs',
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': `Logs_20140328.${operation}` },
    body: Buffer.from(typeof request === 'string' ? request : JSON.stringify(request)),
  });
  return { status: answer.status, body: JSON.parse(String(answer.body)) };
}

/** The name of the error that a call ends with. */
async function errorOf(operation: string, request: object | string): Promise<string> {
  try {
    const { body } = await call(operation, request);
    return body.__type ?? 'none';
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
}

describe('the API of CloudWatch Logs', () => {
  test('has, of a filter pattern, those events that have all of its texts', async () => {
    const found = async (filterPattern: string) => {
      const { body } = await call('FilterLogEvents', { logGroupName: 'group', filterPattern });
      return body.events.map(({ message }: { readonly message: string }) => message);
    };

    expect(await found('"message 11"')).toEqual(
      [11, ...Array.from({ length: 10 }, (_, n) => 110 + n)].map((n) => `message ${n}`),
    );
    expect(await found('message 119')).toEqual(['message 119']);
    expect(await found('"message" absent')).toEqual([]);
  });

  test.each([
    ['StartQuery', { queryString: 'fields a', logGroupName: 'none', ...RANGE }, 'ResourceNotFoundException'],
    ['StartQuery', { queryString: 'fields a', ...RANGE }, 'InvalidParameterException'],
    ['StartQuery', { queryString: 'fields a', logGroupNames: [], ...RANGE }, 'InvalidParameterException'],
    [
      'StartQuery',
      { queryString: 'fields a', logGroupName: 'group', logGroupNames: ['group'], ...RANGE },
      'InvalidParameterException',
    ],
    [
      'StartQuery',
      { queryString: 'fields a', logGroupName: 'group', startTime: 2, endTime: 1 },
      'InvalidParameterException',
    ],
    [
      'StartQuery',
      { queryString: 'fields a', logGroupName: 'group', endTime: 1 },
      'InvalidParameterException',
    ],
    ['StartQuery', { queryString: 5, logGroupName: 'group', ...RANGE }, 'InvalidParameterException'],
    [
      'StartQuery',
      { queryString: 'fields a', logGroupName: 'group', limit: 10_001, ...RANGE },
      'InvalidParameterException',
    ],
    [
      'StartQuery',
      { queryString: 'SELECT 1', logGroupName: 'group', queryLanguage: 'SQL', ...RANGE },
      'InvalidParameterException',
    ],
    [
      'StartQuery',
      { queryString: 'pattern @message', logGroupName: 'group', ...RANGE },
      'MalformedQueryException',
    ],
    [
      'StartQuery',
      {
        queryString: 'fields a',
        logGroupIdentifiers: ['arn:aws:logs:us-east-1:1:log-group:group'],
        ...RANGE,
      },
      'ResourceNotFoundException',
    ],
    ['GetQueryResults', { queryId: 'none' }, 'ResourceNotFoundException'],
    ['StopQuery', {}, 'InvalidParameterException'],
    ['DescribeQueries', { status: 'Nonsense' }, 'InvalidParameterException'],
    ['DescribeLogGroups', { logGroupNamePrefix: 'a', logGroupNamePattern: 'b' }, 'InvalidParameterException'],
    ['DescribeLogGroups', { nextToken: 'made up' }, 'InvalidParameterException'],
    ['DescribeLogStreams', { logGroupName: 'none' }, 'ResourceNotFoundException'],
    ['DescribeLogStreams', { logGroupName: 'group', orderBy: 'Nonsense' }, 'InvalidParameterException'],
    ['GetLogEvents', { logGroupName: 'group', logStreamName: 'none' }, 'ResourceNotFoundException'],
    [
      'GetLogEvents',
      { logGroupName: 'group', logStreamName: 'stream-1', nextToken: 'x' },
      'InvalidParameterException',
    ],
    ['FilterLogEvents', { logGroupName: 'group', filterPattern: '{ $.n = 1 }' }, 'InvalidParameterException'],
    ['FilterLogEvents', { logGroupName: 'group', filterPattern: '?a ?b' }, 'InvalidParameterException'],
    ['FilterLogEvents', { logGroupName: 'group', filterPattern: '-a' }, 'InvalidParameterException'],
    ['FilterLogEvents', { logGroupName: 'group', filterPattern: '%a%' }, 'InvalidParameterException'],
    ['CreateLogAnomalyDetector', {}, 'UnknownOperationException'],
    ['CreateLogGroup', { logGroupName: 'group' }, 'ResourceAlreadyExistsException'],
    ['CreateLogGroup', { logGroupName: 'a b' }, 'InvalidParameterException'],
    ['DeleteLogGroup', { logGroupName: 'none' }, 'ResourceNotFoundException'],
    ['PutRetentionPolicy', { logGroupName: 'group', retentionInDays: 2 }, 'InvalidParameterException'],
    ['PutQueryDefinition', { name: 'q', queryString: 'nonsense |' }, 'MalformedQueryException'],
    ['PutQueryDefinition', { name: '', queryString: 'fields a' }, 'InvalidParameterException'],
    [
      'PutQueryDefinition',
      { name: 'q', queryString: 'fields a', queryDefinitionId: 'none' },
      'ResourceNotFoundException',
    ],
    ['DeleteQueryDefinition', { queryDefinitionId: 'none' }, 'ResourceNotFoundException'],
    ['DescribeLogGroups', '[]', 'SerializationException'],
    ['DescribeLogGroups', '{', 'SerializationException'],
  ])('refuses %s of %j', async (operation, request, name) => {
    expect(await errorOf(operation, request)).toBe(name);
  });

  test('says where in a query the problem is', async () => {
    const answer = await call('StartQuery', {
      queryString: 'filter a == 1',
      logGroupName: 'group',
      ...RANGE,
    });

    expect(answer).toEqual({
      status: 400,
      body: {
        __type: 'MalformedQueryException',
        message: expect.stringContaining('write = (at character 9)'),
        queryCompileError: {
          location: { startCharOffset: 9, endCharOffset: 10 },
          message: expect.stringContaining('write ='),
        },
      },
    });
  });

  test('looks at the events of the range alone, both ends with it', async () => {
    const request = { queryString: 'stats count(*) as n', logGroupName: 'group', startTime: 5, endTime: 7 };
    const { body } = await call('StartQuery', request);

    await eventually(async () => {
      expect((await call('GetQueryResults', body)).body).toMatchObject({
        status: 'Complete',
        results: [[{ field: 'n', value: '3' }]],
      });
    });
  });

  test('stops a query that runs', async () => {
    const { body } = await call('StartQuery', { queryString: 'fields a', logGroupName: 'group', ...RANGE });

    expect((await call('GetQueryResults', body)).body).toMatchObject({ status: 'Running', results: [] });
    expect((await call('StopQuery', body)).body).toEqual({ success: true });
    expect((await call('GetQueryResults', body)).body).toMatchObject({ status: 'Cancelled', results: [] });
    expect((await call('DescribeQueries', { status: 'Cancelled' })).body.queries).toMatchObject([
      { queryId: body.queryId, logGroupName: 'group', queryString: 'fields a' },
    ]);
  });

  test('gives lists page by page', async () => {
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const { body } = await call('DescribeLogStreams', { logGroupName: 'group', nextToken });
      expect(body.logStreams.length).toBeLessThanOrEqual(50);
      names.push(...body.logStreams.map(({ logStreamName }: { logStreamName: string }) => logStreamName));
      nextToken = body.nextToken;
    } while (nextToken !== undefined);

    expect(new Set(names).size).toBe(120);
    expect(names).toHaveLength(120);
  });
});
