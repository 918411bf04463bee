import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { type Clock, systemClock } from '../../src/clock.ts';
import { createQueues, type Queues } from '../../src/queues/queues.ts';
import type { QueueMapping } from '../../src/streams/event-source-mapping.ts';
import { QueueConsumer } from '../../src/streams/queue-consumer.ts';

const region = 'eu-west-1';
const accountId = '000000000000';
const arnOf = (name: string) => `arn:aws:sqs:${region}:${accountId}:${name}`;

const defaults: Omit<QueueMapping, 'queueArn'> = {
  uuid: '00000000-0000-0000-0000-000000000003',
  arn: `arn:aws:lambda:${region}:${accountId}:event-source-mapping:00000000-0000-0000-0000-000000000003`,
  functionArn: `arn:aws:lambda:${region}:${accountId}:function:on-message`,
  enabled: true,
  batchSize: 10,
  maximumBatchingWindowInSeconds: 0,
  filters: [],
  reportBatchItemFailures: false,
};

type Handler = (bodies: readonly string[], event: SQSEvent) => unknown;

/** Ten times as fast, so that nobody waits for windows. */
const hurriedClock: Clock = {
  now: () => 10 * systemClock.now(),
  sleep: (ms, signal) => systemClock.sleep(ms / 10, signal),
};

describe('a mapping of a queue', () => {
  let queues: Queues;
  let events: SQSEvent[];
  let logged: string[];
  let processed: boolean[];
  let stopping: AbortController;
  let closing: AbortController;
  let running: Promise<void> | undefined;

  beforeEach(async () => {
    queues = await createQueues({ accountId, region, endpointUrl: () => 'http://127.0.0.1:4566' });
    [events, logged, processed] = [[], [], []];
    [stopping, closing] = [new AbortController(), new AbortController()];
  });

  afterEach(async () => {
    stopping.abort();
    closing.abort();
    await queues.close();
    await running;
  });

  async function make(QueueName: string, Attributes: Record<string, string> = {}): Promise<string> {
    const isFifo = QueueName.endsWith('.fifo');
    const fifo = isFifo ? { FifoQueue: 'true', ContentBasedDeduplication: 'true' } : {};
    await queues.call('CreateQueue', { QueueName, Attributes: { ...fifo, ...Attributes } });
    return QueueName;
  }

  function consume(name: string, handler: Handler, overrides: Partial<QueueMapping> = {}): void {
    const log = (message: string) => void logged.push(message);
    const consumer = new QueueConsumer({
      mapping: { ...defaults, queueArn: arnOf(name), ...overrides },
      call: queues.call,
      queueUrl: queues.queueUrl(name),
      region,
      clock: hurriedClock,
      log: { info: log, warn: log, error: log },
      signal: stopping.signal,
      closing: closing.signal,
      onProcessed: (succeeded) => processed.push(succeeded),
      functions: {
        async invoke(_, payload) {
          const event: SQSEvent = JSON.parse(payload);
          events.push(event);
          const common = { requestId: 'request', logTail: '' };
          try {
            const answer = await handler(
              event.Records.map(({ body }) => body),
              event,
            );
            return { ...common, payload: JSON.stringify(answer ?? null) };
          } catch {
            return { ...common, functionError: 'Unhandled', payload: '{}' };
          }
        },
      },
    });
    running = consumer.run();
  }

  const send = (name: string, body: string, members: object = {}) =>
    queues.call('SendMessage', { QueueUrl: queues.queueUrl(name), MessageBody: body, ...members });

  async function countOf(name: string): Promise<readonly number[]> {
    const { Attributes } = await queues.call('GetQueueAttributes', {
      QueueUrl: queues.queueUrl(name),
      AttributeNames: ['All'],
    });
    const attributes = Object(Attributes);
    return ['', 'NotVisible'].map((kind) => Number(attributes[`ApproximateNumberOfMessages${kind}`]));
  }

  const bodies = () => events.map(({ Records }) => Records.map(({ body }) => body));

  // https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
  it('gives messages in the form of Lambda, and deletes them once they are done with', async () => {
    await make('jobs');
    await send('jobs', 'one', {
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: 'x' },
        raw: { DataType: 'Binary', BinaryValue: 'AQI=' },
      },
    });
    consume('jobs', () => null);
    await eventually(async () => expect(await countOf('jobs')).toEqual([0, 0]));
    expect(events[0]?.Records[0]).toEqual({
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      receiptHandle: expect.any(String),
      body: 'one',
      attributes: expect.objectContaining({
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      }),
      messageAttributes: {
        kind: { stringValue: 'x', stringListValues: [], binaryListValues: [], dataType: 'String' },
        raw: { binaryValue: 'AQI=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
      },
      md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
      md5OfBody: 'f97c5d29941bfb1b2fdab0874906ab82',
      eventSource: 'aws:sqs',
      eventSourceARN: arnOf('jobs'),
      awsRegion: region,
    });
    expect(processed).toEqual([true]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
  it('lets messages of a batch that fails come again after the visibility timeout, or go to the dead letters', async () => {
    await make('dead');
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 2 });
    await make('jobs', { VisibilityTimeout: '0', RedrivePolicy });
    for (const body of ['good', 'bad']) await send('jobs', body);
    consume('jobs', (all) => {
      if (all.includes('bad')) throw new Error('no');
    });
    await eventually(async () => expect((await countOf('dead'))[0]).toBeGreaterThan(0));
    expect(processed).toContain(false);
  });

  it.each<readonly [what: string, answer: (event: SQSEvent) => unknown, left: number]>([
    ['nothing', () => null, 0],
    ['an empty list', () => ({ batchItemFailures: [] }), 0],
    ['null for the list', () => ({ batchItemFailures: null }), 0],
    ['one of them', ({ Records }) => ({ batchItemFailures: [{ itemIdentifier: Records[0]?.messageId }] }), 1],
    ['an identifier that is none', () => ({ batchItemFailures: [{ itemIdentifier: 'other' }] }), 3],
    ['an empty identifier', () => ({ batchItemFailures: [{ itemIdentifier: '' }] }), 3],
    ['another name', () => ({ batchItemFailures: [{ id: 'x' }] }), 3],
    ['no list', () => ({ batchItemFailures: 'x' }), 3],
  ])('deletes what an answer does not report as failed: %s', async (_, answer, left) => {
    await make('jobs');
    for (const body of ['a', 'b', 'c']) await send('jobs', body);
    consume('jobs', (__, event) => answer(event), { reportBatchItemFailures: true });
    await eventually(async () => {
      expect(processed).toEqual([left === 0]);
      expect(await countOf('jobs')).toEqual([0, left]);
    });
  });

  it('waits for a full batch, for as long as its window is', async () => {
    await make('jobs');
    for (let index = 0; index < 25; index += 1) await send('jobs', String(index));
    consume('jobs', () => null, { batchSize: 20, maximumBatchingWindowInSeconds: 1 });
    await eventually(async () => expect(await countOf('jobs')).toEqual([0, 0]));
    expect(bodies().map(({ length }) => length)).toEqual([20, 5]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
  it.each<readonly [body: string, pattern: object, isWanted: boolean]>([
    ['{"kind":"x","n":1}', { body: { kind: ['x'] } }, true],
    ['{"kind":"y"}', { body: { kind: ['x'] } }, false],
    ['plain', { body: { kind: ['x'] } }, false],
    ['plain', { body: ['plain'] }, true],
    ['{"kind":"x"}', { body: ['plain'] }, false],
  ])('filters by the body, and deletes what it does not want: %s by %j', async (body, pattern, isWanted) => {
    await make('jobs');
    await send('jobs', body);
    consume('jobs', () => null, { filters: [JSON.stringify(pattern)] });
    await eventually(async () => expect(await countOf('jobs')).toEqual([0, 0]));
    expect(bodies()).toEqual(isWanted ? [[body]] : []);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
  it('keeps the order of each group of a FIFO queue, while groups go side by side', async () => {
    await make('line.fifo');
    for (const body of ['a1', 'b1', 'a2', 'b2', 'a3']) {
      await send('line.fifo', body, { MessageGroupId: body.charAt(0) });
    }
    consume('line.fifo', () => null, { batchSize: 1 });
    await eventually(async () => expect(bodies()).toHaveLength(5));
    const all = bodies().flat();
    expect(all.filter((body) => body.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
    expect(all.filter((body) => body.startsWith('b'))).toEqual(['b1', 'b2']);
    expect(events[0]?.Records[0]?.attributes).toMatchObject({
      MessageGroupId: 'a',
      SequenceNumber: expect.any(String),
    });
  });

  it('invokes no more at a time than it may', async () => {
    await make('jobs');
    for (let index = 0; index < 6; index += 1) await send('jobs', String(index));
    let now = 0;
    let most = 0;
    consume(
      'jobs',
      async () => {
        most = Math.max(most, ++now);
        await systemClock.sleep(20);
        now -= 1;
      },
      { batchSize: 1, maximumConcurrency: 2 },
    );
    await eventually(async () => expect(await countOf('jobs')).toEqual([0, 0]));
    expect(most).toBe(2);
  });

  it('gives back what it has received as it stops, and ends what is under way', async () => {
    await make('jobs');
    await send('jobs', 'under way');
    const finish = Promise.withResolvers<void>();
    consume('jobs', () => finish.promise, { batchSize: 1, maximumConcurrency: 2 });
    await eventually(async () => expect(events).toHaveLength(1));
    stopping.abort();
    await send('jobs', 'later');
    finish.resolve();
    await running;
    expect(await countOf('jobs')).toEqual([1, 0]);
  });

  it('tells once that a queue cannot be read, and goes on when it can', async () => {
    consume('late', () => null);
    await eventually(async () => expect(logged.join()).toContain('cannot be read'));
    await make('late');
    await send('late', 'x');
    await eventually(async () => expect(bodies()).toEqual([['x']]));
    expect(logged).toHaveLength(2);
  });
});
