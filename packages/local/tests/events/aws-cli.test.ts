import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AwsCli, hasAwsCli, openAwsCli } from '@device-lifecycle/test-kit/aws-cli.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { type Endpoint, startEndpoint } from '../../src/endpoint/endpoint.ts';
import { createEventsService, type EventsService } from '../../src/events/events-service.ts';
import { type LogStore, openLogStore } from '../../src/logs/log-store.ts';
import { createLogsService, type LogsService } from '../../src/logs/logs-service.ts';
import { createQueues, type Queues } from '../../src/queues/queues.ts';

const place = { accountId: '000000000000', region: 'eu-west-1' };
const BUS = ['--event-bus-name', 'shop'] as const;
const GROUP = '/aws/events/watched';

let directory: string;
let store: LogStore;
let logs: LogsService;
let queues: Queues;
let events: EventsService;
let endpoint: Endpoint;
let aws: AwsCli;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'events-'));
  store = await openLogStore({ directory, clock: systemClock, log: silentLog });
  logs = createLogsService({ ...place, store, clock: systemClock, log: silentLog });
  queues = await createQueues({
    ...place,
    endpointUrl: () => endpoint.url,
  });
  for (const queueName of ['inbox', 'dead-letters']) await queues.keeper.put({ queueName, properties: {} });
  events = createEventsService({
    ...place,
    clock: systemClock,
    log: silentLog,
    logs: store,
    queues,
    functions: {
      invokeAsync: () => Promise.reject(new Error('there are no functions')),
      mayInvoke: () => false,
    },
    states: { startExecution: () => undefined },
  });
  await events.keepers.eventBuses.put({ logicalId: 'Shop', name: 'shop' });
  const services = { events: events.handle, logs: logs.handle, sqs: queues.sqs };
  endpoint = await startEndpoint({ host: '127.0.0.1', port: 0, services, log: silentLog });
  aws = await openAwsCli({ awsEndpointUrl: endpoint.url, region: place.region });
});

afterAll(async () => {
  await Promise.all([aws.close(), endpoint.close()]);
  await events.close();
  logs.close();
  await Promise.all([store.close(), queues.close()]);
  await rm(directory, { recursive: true });
});

((await hasAwsCli()) ? describe : describe.skip)('the AWS CLI', () => {
  test('subscribes to events, puts some, and sees them in logs and queues', async () => {
    const receive = (queueName: string) =>
      aws.run(
        ...['sqs', 'receive-message', '--wait-time-seconds', '10', '--message-attribute-names', 'All'],
        ...['--queue-url', `${endpoint.url}/000000000000/${queueName}`],
      );
    const targets = [
      { Id: 'log', Arn: `arn:aws:logs:eu-west-1:000000000000:log-group:${GROUP}` },
      { Id: 'queue', Arn: 'arn:aws:sqs:eu-west-1:000000000000:inbox', InputPath: '$.detail' },
      {
        Id: 'gone',
        Arn: 'arn:aws:sqs:eu-west-1:000000000000:gone',
        DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-west-1:000000000000:dead-letters' },
      },
    ];
    const entry = { EventBusName: 'shop', Source: 'shop', DetailType: 'OrderPlaced', Detail: '{"n":1}' };

    await aws.run('events', 'put-rule', ...BUS, '--name', 'watch', '--event-pattern', '{"source":["shop"]}');
    await aws.run('events', 'put-targets', ...BUS, '--rule', 'watch', '--targets', JSON.stringify(targets));
    const put = await aws.run('events', 'put-events', '--entries', JSON.stringify([entry]));

    expect(put).toMatchObject({ FailedEntryCount: 0 });
    expect(await aws.run('logs', 'filter-log-events', '--log-group-name', GROUP)).toMatchObject({
      events: [{ message: expect.stringContaining('"detail-type":"OrderPlaced"') }],
    });
    expect(await receive('inbox')).toMatchObject({ Messages: [{ Body: '{"n":1}' }] });
    expect(await receive('dead-letters')).toMatchObject({
      Messages: [
        {
          Body: expect.stringContaining('"detail":{"n":1}'),
          MessageAttributes: { ERROR_CODE: { StringValue: 'NO_RESOURCE' } },
        },
      ],
    });
  });

  test('is told what is wrong', async () => {
    expect(await aws.errorOf('events', 'describe-rule', '--name', 'none')).toBe('ResourceNotFoundException');
    expect(await aws.errorOf('events', 'put-rule', '--name', 'a', '--event-pattern', '{"a":1}')).toBe(
      'InvalidEventPatternException',
    );
  });
});
