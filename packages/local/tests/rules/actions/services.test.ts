import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/clock.ts';
import { openLogStore } from '../../../src/logs/log-store.ts';
import { createQueues } from '../../../src/queues/queues.ts';
import { startS3 } from '../../../src/s3/s3-service.ts';
import { NOW_MS, startRule } from './start-rule.ts';

const binary = Buffer.from([0xff, 0x00]);

afterEach(async () => {
  for (const end of closing.splice(0).reverse()) await end();
});

const closing: (() => Promise<unknown>)[] = [];

/** A queue named `orders`. */
async function startQueue() {
  const queues = await createQueues({
    accountId: '000000000000',
    region: 'us-east-1',
    endpointUrl: () => 'http://127.0.0.1:4566',
  });
  closing.push(() => queues.close());
  await queues.keeper.put({ queueName: 'orders', properties: {} });
  const receive = async () => {
    const { Messages } = await queues.call('ReceiveMessage', {
      QueueUrl: queues.queueUrl('orders'),
      MaxNumberOfMessages: 10,
    });
    return (Messages as { Body: string }[] | undefined)?.map(({ Body }) => Body);
  };
  return { queues, receive };
}

async function openLogs() {
  const directory = await mkdtemp(join(tmpdir(), 'rule-logs-'));
  const logs = await openLogStore({ directory, clock: systemClock, log: silentLog });
  closing.push(
    () => rm(directory, { recursive: true }),
    () => logs.close(),
  );
  await logs.keeper.put({ logGroupName: 'orders' });
  return logs;
}

// https://docs.aws.amazon.com/iot/latest/developerguide/s3-rule-action.html
describe('the action s3', () => {
  async function start(parameters: Record<string, string>) {
    const s3 = await startS3({ region: 'us-east-1' });
    closing.push(() => s3.close());
    await s3.buckets.put({ bucketName: 'orders' });
    const action = { s3: { bucketName: 'orders', ...parameters } };
    return { objects: s3.objects, ...startRule(action, { objects: s3.objects }) };
  }

  it('writes the payload to an object by its key', async () => {
    const { publish, objects } = await start({ key: '${topic()}/${timestamp()}', cannedAcl: 'public-read' });

    await publish({ n: 1 });

    const written = await objects.read('orders', `orders/7/${NOW_MS}`);
    expect(await text(written as never)).toBe('{"n":1}');
  });

  it('overwrites the object of a key that is always the same, bytes being written as they are', async () => {
    const { publish, objects } = await start({ key: 'last' });

    await publish({ n: 1 });
    await publish(binary);

    const chunks: Uint8Array[] = [];
    for await (const chunk of await objects.read('orders', 'last')) chunks.push(chunk);
    expect(Buffer.concat(chunks)).toEqual(binary);
  });

  // https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html
  it('tells the error action what S3 has said', async () => {
    const { publish, failures, waitsMs } = await start({ bucketName: 'nowhere', key: 'aaa' });

    await publish({});

    expect(failures).toEqual([
      {
        failedAction: 'S3Action',
        failedResource: 'nowhere',
        errorMessage:
          'Failed to put S3 object. The error received was The specified bucket does not exist (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket). Message arrived on: orders/7, Action: s3, Bucket: nowhere, Key: "aaa"',
      },
    ]);
    expect(waitsMs).toEqual([]);
  });
});

// https://docs.aws.amazon.com/iot/latest/developerguide/sqs-rule-action.html
describe('the action sqs', () => {
  async function start(useBase64: boolean, queueName = 'orders') {
    const { queues, receive } = await startQueue();
    const action = { sqs: { queueUrl: queues.queueUrl(queueName), useBase64 } };
    return { receive, ...startRule(action, { queues }) };
  }

  it.each([
    [false, { n: 1 }, ['{"n":1}'], []],
    [true, { n: 1 }, ['eyJuIjoxfQ=='], []],
    [true, binary, ['/wA='], []],
    [false, binary, undefined, [{ failedAction: 'SqsAction' }]],
  ])('with useBase64 %s sends %j as %j', async (useBase64, payload, bodies, failed) => {
    const { publish, receive, failures } = await start(useBase64);

    await publish(payload);

    expect(await receive()).toEqual(bodies);
    expect(failures).toMatchObject(failed);
  });

  it('fails for a queue that is not there, at once', async () => {
    const { publish, failures, waitsMs } = await start(false, 'nowhere');

    await publish({});

    expect(failures[0]?.errorMessage).toMatch(/Error Code: .*NonExistentQueue|QueueDoesNotExist/);
    expect(waitsMs).toEqual([]);
  });
});

// https://docs.aws.amazon.com/iot/latest/developerguide/cloudwatch-logs-rule-action.html
describe('the action cloudwatchLogs', () => {
  it('writes the payload, whatever it is, as one log event', async () => {
    const logs = await openLogs();
    const { publish } = startRule({ cloudwatchLogs: { logGroupName: 'orders' } }, { logs });

    await publish([{ timestamp: 1, message: 'a' }]);
    await publish(Buffer.from('plain text'));

    const events = logs.group('orders')?.events() ?? [];
    expect(events.map(({ message }) => message)).toEqual(['[{"timestamp":1,"message":"a"}]', 'plain text']);
    expect(new Set(events.map(({ logStreamName }) => logStreamName)).size).toBe(1);
  });

  it('writes the records of a payload with batchMode, each at its own time', async () => {
    const logs = await openLogs();
    const { publish, failures } = startRule(
      { cloudwatchLogs: { logGroupName: 'orders', batchMode: true } },
      { logs },
    );

    await publish([
      { timestamp: 1_673_520_691_093, message: 'Test message 1' },
      { timestamp: 1_673_520_692_879, message: 'Test message 2' },
    ]);
    await publish([{ message: 'without a time' }]);
    await publish({ timestamp: 1_673_520_693_442, message: 'no list' });

    expect(logs.group('orders')?.events()).toMatchObject([
      { timestampMs: 1_673_520_691_093, message: 'Test message 1' },
      { timestampMs: 1_673_520_692_879, message: 'Test message 2' },
    ]);
    expect(failures).toHaveLength(2);
    expect(failures[0]?.errorMessage).toContain('With batchMode');
  });

  it('fails for a log group that is not there, as its role may make none', async () => {
    const logs = await openLogs();
    const { publish, failures } = startRule({ cloudwatchLogs: { logGroupName: 'nowhere' } }, { logs });

    await publish({});

    expect(failures).toMatchObject([{ failedAction: 'CloudwatchLogsAction', failedResource: 'nowhere' }]);
    expect(failures[0]?.errorMessage).toContain('The specified log group does not exist.');
    expect(logs.group('nowhere')).toBeUndefined();
  });
});
