import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AwsCli, hasAwsCli, openAwsCli } from '@device-lifecycle/test-kit/aws-cli.ts';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { type Endpoint, startEndpoint } from '../../src/endpoint/endpoint.ts';
import { type LogStore, openLogStore } from '../../src/logs/log-store.ts';
import { createLogsService, type LogsService } from '../../src/logs/logs-service.ts';

const GROUP = '/aws/lambda/shop';
const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const START = String(START_MS / 1000);

let directory: string;
let store: LogStore;
let service: LogsService;
let endpoint: Endpoint;
let aws: AwsCli;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'logs-'));
  store = await openLogStore({ directory, clock: systemClock, log: silentLog });
  await store.keeper.put({ logGroupName: GROUP, retentionInDays: 7 });
  await store.keeper.put({ logGroupName: 'empty' });
  for (const [index, message] of [
    { level: 'INFO', n: 1 },
    { level: 'ERROR', n: 2 },
    { level: 'INFO', n: 3 },
  ].entries()) {
    store.write(GROUP, index === 1 ? 'b' : 'a', JSON.stringify(message), START_MS + index * 1000);
  }
  service = createLogsService({
    store,
    clock: systemClock,
    accountId: '000000000000',
    region: 'eu-west-1',
    log: silentLog,
  });
  for (const definition of [
    { queryDefinitionId: 'id-2', name: 'shop/errors', queryString: 'fields n', logGroupNames: [GROUP] },
    { queryDefinitionId: 'id-1', name: 'other', queryString: 'fields a', logGroupNames: [] },
  ]) {
    await service.queryDefinitions.put(definition);
  }
  endpoint = await startEndpoint({
    host: '127.0.0.1',
    port: 0,
    services: { logs: service.handle },
    log: silentLog,
  });
  aws = await openAwsCli({ awsEndpointUrl: endpoint.url, region: 'eu-west-1' } as Parameters<
    typeof openAwsCli
  >[0]);
});

afterAll(async () => {
  service.close();
  await Promise.all([aws.close(), endpoint.close(), store.close()]);
  await rm(directory, { recursive: true });
});

const logs = (...command: string[]) => aws.run('logs', ...command);
const errorOf = (...command: string[]) => aws.errorOf('logs', ...command);
const range = ['--start-time', START, '--end-time', START] as const;
const wholeRange = ['--start-time', START, '--end-time', String(Number(START) + 2)] as const;

async function query(queryString: string, ...options: string[]) {
  const started = await logs('start-query', '--query-string', queryString, ...options);
  const queryId = String(started['queryId']);
  const answer = await eventually(async () => {
    const results = await logs('get-query-results', '--query-id', queryId);
    expect(results['status']).toBe('Complete');
    return results;
  });
  return { queryId, ...answer } as Readonly<Record<string, unknown>>;
}

((await hasAwsCli()) ? describe : describe.skip)('the AWS CLI', () => {
  test('starts a query and gets what it finds', async () => {
    const answer = await query(
      'filter level = "INFO" | fields n',
      ...['--log-group-name', GROUP, ...wholeRange],
    );

    expect(answer).toMatchObject({
      status: 'Complete',
      results: [
        [
          { field: 'n', value: '3' },
          { field: '@ptr', value: expect.any(String) },
        ],
        [
          { field: 'n', value: '1' },
          { field: '@ptr', value: expect.any(String) },
        ],
      ],
      statistics: { recordsMatched: 2, recordsScanned: 3, bytesScanned: 67 },
    });
  });

  test('takes several groups by name or ARN, the last second of the range, and a limit', async () => {
    const arn = `arn:aws:logs:eu-west-1:000000000000:log-group:${GROUP}`;
    const counted = await query('stats count(*) as n', '--log-group-identifiers', arn, 'empty', ...range);
    const limited = await query('fields n', '--log-group-names', GROUP, ...wholeRange, '--limit', '1');

    expect(counted['results']).toEqual([[{ field: 'n', value: '1' }]]);
    expect(limited['results']).toHaveLength(1);
  });

  test('lists queries and tells of one that has ended', async () => {
    const { queryId } = await query('fields n', '--log-group-name', GROUP, ...range);
    const described = await logs('describe-queries', '--log-group-name', GROUP, '--status', 'Complete');

    expect(described).toMatchObject({
      queries: expect.arrayContaining([expect.objectContaining({ queryId })]),
    });
    expect(await errorOf('stop-query', '--query-id', String(queryId))).toBe('InvalidParameterException');
  });

  test('lists the query definitions by their names', async () => {
    expect(await logs('describe-query-definitions')).toMatchObject({
      queryDefinitions: [{ name: 'other' }, { name: 'shop/errors' }],
    });
    expect(await logs('describe-query-definitions', '--query-definition-name-prefix', 'shop/')).toMatchObject(
      {
        queryDefinitions: [{ queryDefinitionId: 'id-2', queryString: 'fields n', logGroupNames: [GROUP] }],
      },
    );
  });

  test('describes groups and streams', async () => {
    expect(await logs('describe-log-groups', '--log-group-name-prefix', '/aws/')).toMatchObject({
      logGroups: [
        {
          logGroupName: GROUP,
          retentionInDays: 7,
          storedBytes: 67,
          arn: `arn:aws:logs:eu-west-1:000000000000:log-group:${GROUP}:*`,
        },
      ],
    });
    const streams = await logs(
      ...['describe-log-streams', '--log-group-name', GROUP, '--order-by', 'LastEventTime', '--descending'],
    );
    expect(streams).toMatchObject({
      logStreams: [
        { logStreamName: 'a', firstEventTimestamp: START_MS, lastEventTimestamp: START_MS + 2000 },
        { logStreamName: 'b', firstEventTimestamp: START_MS + 1000 },
      ],
    });
  });

  test('gets the events of a stream, page by page in both directions', async () => {
    const get = (...options: string[]) =>
      logs('get-log-events', '--log-group-name', GROUP, '--log-stream-name', 'a', '--limit', '1', ...options);

    const last = await get();
    expect(last).toMatchObject({
      events: [{ timestamp: START_MS + 2000, message: '{"level":"INFO","n":3}' }],
    });
    const first = await get('--next-token', String(last['nextBackwardToken']));
    expect(first).toMatchObject({ events: [{ timestamp: START_MS }] });
    expect((await get('--start-from-head'))['events']).toEqual(first['events']);
    expect((await get('--next-token', String(first['nextForwardToken'])))['events']).toEqual(last['events']);
    const end = await get('--next-token', String(last['nextForwardToken']));
    expect(end).toMatchObject({ events: [], nextForwardToken: last['nextForwardToken'] });
  });

  test('filters the events of a group by terms, streams and time', async () => {
    const filter = async (...options: string[]) => {
      const { events } = await aws.run<{ events: { timestamp: number }[] }>(
        ...['logs', 'filter-log-events', '--log-group-name', GROUP, ...options],
      );
      return events.map(({ timestamp }) => (timestamp - START_MS) / 1000);
    };

    expect(await filter()).toEqual([0, 1, 2]);
    expect(await filter('--filter-pattern', 'INFO level')).toEqual([0, 2]);
    expect(await filter('--filter-pattern', '"ERROR" level')).toEqual([1]);
    expect(await filter('--log-stream-names', 'b')).toEqual([1]);
    expect(
      await filter('--start-time', String(START_MS + 1000), '--end-time', String(START_MS + 2000)),
    ).toEqual([1]);
    // Its pages, which the CLI puts together.
    expect(await filter('--page-size', '1')).toEqual([0, 1, 2]);
  });

  test('hears why a query is none', async () => {
    const command = ['start-query', '--query-string', 'fields a ||', '--log-group-name', GROUP, ...range];

    expect(await errorOf(...command)).toBe('MalformedQueryException');
  });
});
