import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { createQueues, type Queues } from '../../src/queues/queues.ts';
import { createSns, type Sns } from '../../src/sns/sns-service.ts';

const place = { region: 'eu-west-1', accountId: '000000000000' };
const arnOf = (service: string, name: string) =>
  `arn:aws:${service}:${place.region}:${place.accountId}:${name}`;

let queues: Queues;
let sns: Sns;

beforeEach(async () => {
  queues = await createQueues({ ...place, endpointUrl: () => 'http://localhost' });
  sns = createSns({
    ...place,
    queues,
    clock: systemClock,
    log: silentLog,
    mayInvoke: () => false,
    functions: { invokeAsync: () => Promise.reject(new Error('there are no functions')) },
  });
});

afterEach(async () => {
  await sns.close();
  await queues.close();
});

/** A topic with a queue of the same name that has subscribed to it. */
async function subscribe(
  name: string,
  fifo: boolean,
  attributes: Record<string, string> = {},
): Promise<void> {
  const topicArn = arnOf('sns', name);
  const [ofTopic, ofQueue] = fifo ? [{ FifoTopic: 'true' }, { FifoQueue: true }] : [{}, {}];
  await queues.keeper.put({ queueName: name, properties: ofQueue });
  const origin = { logicalId: 'X', topicName: name, tags: {}, subscriptions: [] };
  await sns.topics.put({ ...origin, arn: topicArn, attributes: ofTopic });
  await sns.subscriptions.put({
    logicalId: 'Y',
    arn: `${topicArn}:y`,
    topicArn,
    protocol: 'sqs',
    endpoint: arnOf('sqs', name),
    attributes,
  });
}

/** What Publish of the API takes, as the query protocol has it. */
async function publish(name: string, members: Record<string, string>): Promise<void> {
  const body = new URLSearchParams({
    Action: 'Publish',
    TopicArn: arnOf('sns', name),
    Message: 'm',
    ...members,
  });
  await sns.handle({
    service: 'sns',
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.from(body.toString()),
  });
}

/** Takes so many messages from a queue. */
async function receive(name: string, count: number): Promise<readonly Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  const QueueUrl = queues.queueUrl(name);
  await eventually(async () => {
    const { Messages } = await queues.call('ReceiveMessage', { QueueUrl, MessageAttributeNames: ['All'] });
    for (const message of (Messages ?? []) as Record<string, unknown>[]) {
      found.push(message);
      await queues.call('DeleteMessage', { QueueUrl, ReceiptHandle: message['ReceiptHandle'] });
    }
    expect(found).toHaveLength(count);
  });
  return found;
}

it('raw messages are in a queue with attributes of every type, whatever their group', async () => {
  await subscribe('raw', false, { RawMessageDelivery: 'true' });
  await publish('raw', {
    MessageGroupId: 'g',
    'MessageAttributes.entry.1.Name': 'bytes',
    'MessageAttributes.entry.1.Value.DataType': 'Binary',
    'MessageAttributes.entry.1.Value.BinaryValue': Buffer.from([0, 255]).toString('base64'),
    'MessageAttributes.entry.2.Name': 'list',
    'MessageAttributes.entry.2.Value.DataType': 'String.Array',
    'MessageAttributes.entry.2.Value.StringValue': '["a"]',
  });
  expect(await receive('raw', 1)).toMatchObject([
    {
      Body: 'm',
      MessageAttributes: {
        bytes: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]).toString('base64') },
        list: { DataType: 'String.Array', StringValue: '["a"]' },
      },
    },
  ]);
});

it('messages of a FIFO topic are in a FIFO queue once, in their order', async () => {
  await subscribe('orders.fifo', true, { RawMessageDelivery: 'true' });
  for (const [Message, MessageDeduplicationId] of [
    ['a', '1'],
    ['b', '2'],
    ['b again', '2'],
    ['c', '3'],
  ] as const) {
    await publish('orders.fifo', { Message, MessageDeduplicationId, MessageGroupId: 'g' });
  }
  expect((await receive('orders.fifo', 3)).map(({ Body }) => Body)).toEqual(['a', 'b', 'c']);
});
