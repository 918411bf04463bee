import {
  CreateTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  type PublishCommandInput,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { afterEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../src/aws.ts';
import { retryDelayMs } from '../../src/sns/retry-delays.ts';
import { useDataDirectory } from '../support/data-directories.ts';
import {
  DEAD_LETTERS,
  FIFO_QUEUE,
  FUNCTION,
  NOW,
  OTHER_QUEUE,
  QUEUE,
  type SnsHarness,
  type SnsHarnessOptions,
  startSns,
  TOPIC,
} from './sns-harness.ts';

const data = useDataDirectory();
let running: SnsHarness | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

async function start(options?: SnsHarnessOptions): Promise<SnsHarness> {
  await running?.close();
  running = await startSns(options);
  return running;
}

/** SNS with a topic `orders`, and a subscription of that endpoint. */
async function startWith(
  endpoint: string,
  attributes: Record<string, string> = {},
  options?: SnsHarnessOptions,
): Promise<SnsHarness & { readonly subscriptionArn: string }> {
  const harness = await start(options);
  await harness.client.send(new CreateTopicCommand({ Name: 'orders' }));
  const Protocol = endpoint.split(':')[2];
  const { SubscriptionArn = '' } = await harness.client.send(
    new SubscribeCommand({ TopicArn: TOPIC, Protocol, Endpoint: endpoint, Attributes: attributes }),
  );
  return { ...harness, subscriptionArn: SubscriptionArn };
}

const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const order = (input: Partial<PublishCommandInput> = {}) =>
  new PublishCommand({ TopicArn: TOPIC, Message: 'placed', ...input });

describe('what arrives', () => {
  // https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
  it('at a queue is a document with the message in it', async () => {
    const { client, arrived, subscriptionArn } = await startWith(QUEUE);
    const MessageAttributes = {
      colour: text('red'),
      photo: { DataType: 'Binary', BinaryValue: Buffer.from('x') },
    };
    const { MessageId } = await client.send(order({ Subject: 'Order', MessageAttributes }));

    const [{ to, message } = { to: '', message: {} }] = await arrived(1);
    expect(to).toBe('inbox');
    expect(message).toEqual({ MessageBody: expect.anything() });
    expect(JSON.parse(String(message['MessageBody']))).toEqual({
      Type: 'Notification',
      MessageId,
      TopicArn: TOPIC,
      Subject: 'Order',
      Message: 'placed',
      Timestamp: NOW,
      SignatureVersion: '1',
      Signature: 'EXAMPLE',
      SigningCertURL: expect.stringMatching(
        /^https:\/\/sns\.eu-west-1\.amazonaws\.com\/SimpleNotificationService-/,
      ),
      UnsubscribeURL: `https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
      MessageAttributes: {
        colour: { Type: 'String', Value: 'red' },
        photo: { Type: 'Binary', Value: Buffer.from('x').toString('base64') },
      },
    });
  });

  // https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
  it('raw is the message alone, with its attributes', async () => {
    const { client, arrived } = await startWith(QUEUE, { RawMessageDelivery: 'true' });
    const MessageAttributes = { colour: text('red'), size: { DataType: 'Number.cm', StringValue: '7' } };
    await client.send(order({ Subject: 'Order', MessageAttributes, MessageGroupId: 'g' }));
    const [{ message } = { message: {} }] = await arrived(1);
    expect(message).toEqual({ MessageBody: 'placed', MessageAttributes, MessageGroupId: 'g' });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
  it('at a function is an event with one record', async () => {
    const { client, arrived, subscriptionArn } = await startWith(FUNCTION);
    const { MessageId } = await client.send(order({ MessageAttributes: { colour: text('red') } }));
    const [{ to, message } = { to: '', message: {} }] = await arrived(1);
    expect(to).toBe(FUNCTION);
    expect(message).toEqual({
      Records: [
        {
          EventSource: 'aws:sns',
          EventVersion: '1.0',
          EventSubscriptionArn: subscriptionArn,
          Sns: {
            Type: 'Notification',
            MessageId,
            TopicArn: TOPIC,
            Subject: null,
            Message: 'placed',
            Timestamp: NOW,
            SignatureVersion: '1',
            Signature: 'EXAMPLE',
            SigningCertUrl: expect.any(String),
            UnsubscribeUrl: expect.any(String),
            MessageAttributes: { colour: { Type: 'String', Value: 'red' } },
          },
        },
      ],
    });
  });

  // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
  it('of a structure is the message for the protocol, or the default one', async () => {
    const { client, arrived } = await startWith(QUEUE, { RawMessageDelivery: 'true' });
    const publish = (message: object) =>
      client.send(order({ MessageStructure: 'json', Message: JSON.stringify(message) }));
    await publish({ default: 'for all', sqs: 'for queues', lambda: 1 });
    await publish({ default: 'for all', lambda: 'for functions' });
    const bodies = (await arrived(2)).map(({ message }) => message['MessageBody']);
    expect(bodies).toEqual(['for queues', 'for all']);
  });

  it('is nothing at other endpoints, which is said once', async () => {
    const { client, delivered, logged } = await start();
    await client.send(new CreateTopicCommand({ Name: 'orders' }));
    for (const [Protocol, Endpoint] of [
      ['sms', '+15555550100'],
      ['email', 'a@example.com'],
    ]) {
      await client.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol, Endpoint }));
    }
    await client.send(order());
    await client.send(order());
    expect(delivered).toEqual([]);
    expect(logged).toEqual([expect.stringMatching(/goes to no sms endpoint: nothing leaves this machine/)]);
  });
});

describe('a filter policy', () => {
  const number = (StringValue: string) => ({ DataType: 'Number', StringValue });
  const list = (StringValue: string) => ({ DataType: 'String.Array', StringValue });

  // https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
  // https://docs.aws.amazon.com/sns/latest/dg/numeric-value-matching.html
  // https://docs.aws.amazon.com/sns/latest/dg/attribute-key-matching.html
  it.each<[policy: object, attributes: PublishCommandInput['MessageAttributes'], isWanted: boolean]>([
    [{ interest: ['rugby'] }, { interest: text('rugby') }, true],
    [{ interest: ['rugby'] }, { interest: text('Rugby') }, false],
    [{ interest: ['rugby'] }, {}, false],
    [{ interest: ['rugby', 'tennis'] }, { interest: list('["soccer","tennis"]') }, true],
    [
      { interest: [{ 'anything-but': ['rugby', 'tennis'] }] },
      { interest: list('["rugby","baseball"]') },
      true,
    ],
    [{ interest: [{ 'anything-but': ['rugby', 'tennis'] }] }, { interest: text('rugby') }, false],
    [{ event: [{ 'anything-but': { prefix: 'order-' } }] }, { event: text('order-placed') }, false],
    [{ event: [{ 'anything-but': { suffix: 'ball' } }] }, { event: text('rugby') }, true],
    [{ interest: [{ 'equals-ignore-case': 'tennis' }] }, { interest: text('TENNIS') }, true],
    [{ ip: [{ cidr: '10.0.0.0/24' }] }, { ip: text('10.0.0.255') }, true],
    [{ ip: [{ cidr: '10.0.0.0/24' }] }, { ip: text('10.1.1.0') }, false],
    [{ interest: [{ prefix: 'bas' }] }, { interest: text('baseball') }, true],
    [{ interest: [{ suffix: 'ball' }] }, { interest: text('baseball') }, true],
    [{ interest: [{ wildcard: '*ball' }] }, { interest: text('baseball') }, true],
    [{ price: [301.5] }, { price: number('3.015e2') }, true],
    [{ price: [{ 'anything-but': [100, 500] }] }, { price: number('101') }, true],
    [{ price: [{ numeric: ['>', 0, '<=', 150] }] }, { price: number('150') }, true],
    [{ price: [{ numeric: ['>', 0, '<=', 150] }] }, { price: text('150') }, false],
    [{ store: [{ exists: true }] }, { store: text('fans') }, true],
    [{ store: [{ exists: false }] }, { store: text('fans') }, false],
    [{ store: [{ exists: false }] }, { colour: text('red') }, true],
    [{ a: ['x'], b: ['y'] }, { a: text('x') }, false],
    [{ $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: text('y') }, true],
  ])('%j of %j', async (policy, MessageAttributes, isWanted) => {
    const { client, arrived, delivered } = await startWith(QUEUE, { FilterPolicy: JSON.stringify(policy) });
    await client.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'sqs', Endpoint: OTHER_QUEUE }));
    await client.send(order({ MessageAttributes }));
    await arrived(isWanted ? 2 : 1);
    expect(delivered.some(({ to }) => to === 'inbox')).toBe(isWanted);
  });

  // https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering-scope.html
  it.each([
    ['{"store":{"name":"fans"},"n":[1,2]}', true],
    ['{"store":{"name":"other"},"n":[2]}', false],
    ['{"store":[{"name":"fans"}],"n":2}', true],
    ['fans', false],
  ])('of the body lets %s through: %s', async (Message, isWanted) => {
    const policy = { store: { name: ['fans'] }, n: [2] };
    const attributes = { FilterPolicyScope: 'MessageBody', FilterPolicy: JSON.stringify(policy) };
    const { client, arrived, delivered } = await startWith(QUEUE, attributes);
    await client.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'sqs', Endpoint: OTHER_QUEUE }));
    await client.send(order({ Message }));
    await arrived(isWanted ? 2 : 1);
    expect(delivered.some(({ to }) => to === 'inbox')).toBe(isWanted);
  });

  // https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
  it.each([
    ['{"a":{"b":["c"]}}', /does not support nested filter policy/],
    ['{"a":["b"],"c":["d"],"e":["f"],"g":["h"],"i":["j"],"k":["l"]}', /too complex/],
    [JSON.stringify({ a: Array.from({ length: 151 }, (_, n) => n) }), /too complex/],
    ['{"a":[]}', /FilterPolicy: a is an empty list/],
    ['{"a":[{"soundex":"b"}]}', /has the operator soundex/],
    ['[', /FilterPolicy/],
  ])('refused, %#: %s', async (FilterPolicy, message) => {
    await expect(startWith(QUEUE, { FilterPolicy })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringMatching(message),
    });
  });
});

describe('what an endpoint refuses', () => {
  const failing = (error: AwsError, times: number) => {
    let left = times;
    return ({ to }: { readonly to: string }) => {
      if (to !== 'dead-letters' && left-- > 0) throw error;
    };
  };
  const unavailable = new AwsError('ServiceUnavailable', 'Not now.', 503);
  const gone = new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  const redrive = { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD_LETTERS }) };

  // https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
  it('for a while is tried again', async () => {
    const { client, arrived } = await startWith(QUEUE, redrive, { refuse: failing(unavailable, 16) });
    await client.send(order());
    expect(await arrived(1)).toMatchObject([{ to: 'inbox' }]);
  });

  it('is tried 100,015 times, three times at once', () => {
    const delays = Array.from({ length: 17 }, (_, retries) => retryDelayMs(retries));
    expect(delays.slice(0, 5)).toEqual([0, 0, 0, 1_000, 1_000]);
    expect(delays.slice(5, 15)).toEqual(delays.slice(5, 15).toSorted((one = 0, other = 0) => one - other));
    expect([delays[5], delays[14], delays[15]]).toEqual([1_000, 20_000, 20_000]);
    expect([retryDelayMs(100_014), retryDelayMs(100_015)]).toEqual([20_000, undefined]);
  });

  // https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
  it('for good goes to the dead-letter queue as it would have been delivered', async () => {
    const { client, arrived } = await startWith(QUEUE, redrive, { refuse: failing(gone, 1) });
    await client.send(order());
    const [{ to, message } = { to: '', message: {} }] = await arrived(1);
    expect(to).toBe('dead-letters');
    expect(JSON.parse(String(message['MessageBody']))).toMatchObject({
      Type: 'Notification',
      Message: 'placed',
    });
  });

  // https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
  it('since a raw message has too many attributes goes to the dead-letter queue', async () => {
    const { client, arrived } = await startWith(QUEUE, { ...redrive, RawMessageDelivery: 'true' });
    const attributes = Array.from({ length: 11 }, (_, n) => [`a${n}`, text('x')] as const);
    await client.send(order({ MessageAttributes: Object.fromEntries(attributes) }));
    const [{ to, message } = { to: '', message: {} }] = await arrived(1);
    expect(to).toBe('dead-letters');
    expect(JSON.parse(String(message['MessageBody']))).toMatchObject({ Message: 'placed' });
  });

  it('without a dead-letter queue is dropped with a warning, and what follows arrives', async () => {
    const { client, arrived, logged } = await startWith(QUEUE, {}, { refuse: failing(gone, 1) });
    await client.send(order());
    await client.send(order());
    await arrived(1);
    expect(logged).toEqual([expect.stringMatching(/could not be delivered to .*:inbox, and is dropped/)]);
  });

  it('since no permission lets SNS invoke the function goes to the dead-letter queue', async () => {
    const { client, arrived } = await startWith(FUNCTION, redrive, { mayInvoke: false });
    await client.send(order());
    expect(await arrived(1)).toMatchObject([{ to: 'dead-letters' }]);
  });

  it('when the runtime ends is delivered by the next one', async () => {
    const before = await startWith(
      QUEUE,
      {},
      {
        refuse: failing(unavailable, 1_000),
        collections: (await data.reopen()).collections,
      },
    );
    await before.client.send(order());
    await before.clock.runUntil(async () => before.logged.length > 0);
    await running?.close();
    running = undefined;

    const after = await start({ collections: (await data.reopen()).collections });
    expect(await after.arrived(1)).toMatchObject([{ to: 'inbox' }]);
  });
});

describe('a FIFO topic', () => {
  const fifoTopic = `${TOPIC}.fifo`;

  async function startFifo(attributes: Record<string, string> = {}, options?: SnsHarnessOptions) {
    const harness = await start(options);
    const Attributes = { FifoTopic: 'true', ...attributes };
    await harness.client.send(new CreateTopicCommand({ Name: 'orders.fifo', Attributes }));
    await harness.client.send(
      new SubscribeCommand({ TopicArn: fifoTopic, Protocol: 'sqs', Endpoint: FIFO_QUEUE }),
    );
    return harness;
  }
  const publish = (input: Partial<PublishCommandInput>) =>
    new PublishCommand({ TopicArn: fifoTopic, Message: 'placed', MessageGroupId: 'g', ...input });

  // https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html
  it('delivers a message once within five minutes, and numbers those that it delivers', async () => {
    const { client, clock, arrived } = await startFifo();
    const first = await client.send(publish({ MessageDeduplicationId: 'd' }));
    expect(await client.send(publish({ MessageDeduplicationId: 'd' }))).toMatchObject({
      MessageId: first.MessageId,
      SequenceNumber: first.SequenceNumber,
    });
    const second = await client.send(publish({ MessageDeduplicationId: 'e' }));
    expect(first.SequenceNumber).toMatch(/^\d{20}$/);
    expect(BigInt(second.SequenceNumber ?? 0)).toBe(BigInt(first.SequenceNumber ?? 0) + 1n);
    await arrived(2);
    await clock.advance(5 * 60_000 + 1);
    await client.send(publish({ MessageDeduplicationId: 'd' }));
    const messages = (await arrived(3)).map(({ message }) => message);
    expect(messages).toMatchObject(
      ['d', 'e', 'd'].map((id) => ({ MessageGroupId: 'g', MessageDeduplicationId: id })),
    );
    // https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html
    const body = JSON.parse(String(messages[0]?.['MessageBody']));
    expect(body).toMatchObject({ SequenceNumber: first.SequenceNumber });
    expect(body).not.toHaveProperty('Signature');
  });

  it('tells duplicates by their content where it is to', async () => {
    const { client, arrived } = await startFifo({ ContentBasedDeduplication: 'true' });
    for (const Message of ['a', 'a', 'b']) await client.send(publish({ Message }));
    expect((await arrived(2)).length).toBe(2);
  });

  it('tells them within each group where that is the scope', async () => {
    const { client, arrived } = await startFifo({ FifoThroughputScope: 'MessageGroup' });
    for (const MessageGroupId of ['a', 'b', 'a']) {
      await client.send(publish({ MessageGroupId, MessageDeduplicationId: 'd' }));
    }
    expect((await arrived(2)).map(({ message }) => message['MessageGroupId'])).toEqual(['a', 'b']);
  });

  it('keeps the order, whatever has to be tried again', async () => {
    let left = 2;
    const refuse = () => {
      if (left-- > 0) throw new AwsError('ServiceUnavailable', 'Not now.', 503);
    };
    const { client, arrived } = await startFifo({ ContentBasedDeduplication: 'true' }, { refuse });
    for (const Message of ['a', 'b', 'c']) await client.send(publish({ Message }));
    const bodies = (await arrived(3)).map(
      ({ message }) => JSON.parse(String(message['MessageBody'])).Message,
    );
    expect(bodies).toEqual(['a', 'b', 'c']);
  });

  it.each([
    [{ MessageGroupId: undefined, MessageDeduplicationId: 'd' }, /MessageGroupId parameter is required/],
    [{ MessageDeduplicationId: undefined }, /should either have ContentBasedDeduplication enabled/],
    [{ MessageDeduplicationId: 'a b' }, /MessageDeduplicationId/],
  ])('refuses %j', async (input, message) => {
    const { client } = await startFifo();
    await expect(client.send(publish(input as PublishCommandInput))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringMatching(message),
    });
  });
});

describe('Publish', () => {
  // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
  it.each<[input: Partial<PublishCommandInput>, name: string, message: RegExp]>([
    [{ Message: '' }, 'InvalidParameterException', /Empty message/],
    [{ Message: 'x'.repeat(262_145) }, 'InvalidParameterException', /Message too long/],
    [{ Subject: 'a\nb' }, 'InvalidParameterException', /Subject/],
    [{ Subject: 'x'.repeat(101) }, 'InvalidParameterException', /Subject/],
    [{ MessageStructure: 'json' }, 'InvalidParameterException', /failed to parse/],
    [{ MessageStructure: 'json', Message: '{"sqs":"a"}' }, 'InvalidParameterException', /No default entry/],
    [{ MessageStructure: 'xml' }, 'InvalidParameterException', /must be json/],
    [{ MessageDeduplicationId: 'd' }, 'InvalidParameterException', /not valid for this topic type/],
    [
      { TopicArn: undefined, PhoneNumber: '+15555550100' },
      'InvalidParameterException',
      /sends no messages to phones/,
    ],
    [{ TopicArn: undefined }, 'InvalidParameterException', /no value for required parameter/],
    [{ TopicArn: `${TOPIC}s` }, 'NotFoundException', /Topic does not exist/],
    [
      { MessageAttributes: { a: { DataType: 'Text', StringValue: 'b' } } },
      'InvalidParameterValueException',
      /invalid message attribute type/,
    ],
    [
      { MessageAttributes: { a: { DataType: 'Number', StringValue: 'b' } } },
      'InvalidParameterValueException',
      /Could not cast/,
    ],
    [{ MessageAttributes: { a: text('') } }, 'InvalidParameterValueException', /non-empty/],
    [
      { MessageAttributes: { 'a b': text('c') } },
      'InvalidParameterValueException',
      /name 'a b' is not valid/,
    ],
  ])("refuses what it can't take: %#, %s", async (input, name, message) => {
    const { client } = await startWith(QUEUE);
    await expect(client.send(order(input))).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });

  it('takes more where the topic does', async () => {
    const { client, arrived } = await start();
    await client.send(
      new CreateTopicCommand({ Name: 'orders', Attributes: { MaximumMessageSize: '1048576' } }),
    );
    await client.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'sqs', Endpoint: QUEUE }));
    await client.send(order({ Message: 'x'.repeat(1_048_576) }));
    expect(await arrived(1)).toHaveLength(1);
  });
});

describe('PublishBatch', () => {
  const batch = (...ids: readonly string[]) =>
    new PublishBatchCommand({
      TopicArn: TOPIC,
      PublishBatchRequestEntries: ids.map((Id) => ({ Id, Message: Id === 'bad' ? '' : `message ${Id}` })),
    });

  // https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
  it('says of each message what came of it', async () => {
    const { client, arrived } = await startWith(QUEUE, { RawMessageDelivery: 'true' });
    expect(await client.send(batch('a', 'bad', 'b'))).toMatchObject({
      Successful: [{ Id: 'a', MessageId: expect.any(String) }, { Id: 'b' }],
      Failed: [{ Id: 'bad', Code: 'InvalidParameter', SenderFault: true }],
    });
    const bodies = (await arrived(2)).map(({ message }) => message['MessageBody']);
    expect(bodies).toEqual(['message a', 'message b']);
  });

  it.each([
    [batch(), 'EmptyBatchRequestException'],
    [batch('a', 'a'), 'BatchEntryIdsNotDistinctException'],
    [batch('a b'), 'InvalidBatchEntryIdException'],
    [batch(...Array.from({ length: 11 }, (_, n) => `${n}`)), 'TooManyEntriesInBatchRequestException'],
  ])('is refused: %#', async (command, name) => {
    const { client } = await startWith(QUEUE);
    await expect(client.send(command)).rejects.toMatchObject({ name });
  });
});

it('a subscription gets what its attributes say from then on', async () => {
  const { client, arrived, subscriptionArn } = await startWith(QUEUE);
  const attribute = (AttributeName: string, AttributeValue: string) =>
    new SetSubscriptionAttributesCommand({ SubscriptionArn: subscriptionArn, AttributeName, AttributeValue });
  await client.send(attribute('FilterPolicy', '{"colour":["red"]}'));
  await client.send(order());
  await client.send(attribute('FilterPolicy', '{}'));
  await client.send(attribute('RawMessageDelivery', 'true'));
  await client.send(order({ Message: 'raw' }));
  expect((await arrived(1)).map(({ message }) => message['MessageBody'])).toEqual(['raw']);
});
