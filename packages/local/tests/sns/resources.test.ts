import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  type SubscribeCommandInput,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { SubscriptionResource, TopicResource } from '../../src/sns/resources.ts';
import { useDataDirectory } from '../support/data-directories.ts';
import { FIFO_QUEUE, FUNCTION, QUEUE, type SnsHarness, startSns, TOPIC } from './sns-harness.ts';

const data = useDataDirectory();
let running: SnsHarness | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

/** SNS of a runtime that starts now, after the one before has ended. */
async function start(): Promise<SnsHarness> {
  await running?.close();
  running = undefined;
  running = await startSns({ collections: (await data.reopen()).collections });
  return running;
}

const create = (Name = 'orders', Attributes: Record<string, string> = {}) =>
  new CreateTopicCommand({ Name, Attributes });
const subscribe = (input: Partial<SubscribeCommandInput> = {}) =>
  new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'sqs', Endpoint: QUEUE, ...input });

describe('topics that calls make', () => {
  // https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
  it('are there after a restart, with what was set and who has subscribed', async () => {
    const { client } = await start();
    await client.send(create('orders', { DisplayName: 'Orders' }));
    await client.send(
      new SetTopicAttributesCommand({
        TopicArn: TOPIC,
        AttributeName: 'SignatureVersion',
        AttributeValue: '2',
      }),
    );
    await client.send(subscribe());
    await client.send(subscribe({ Protocol: 'email', Endpoint: 'a@example.com' }));

    const after = await start();
    expect((await after.client.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn: TOPIC }]);
    const { Attributes } = await after.client.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }));
    expect(Attributes).toMatchObject({
      TopicArn: TOPIC,
      Owner: '000000000000',
      DisplayName: 'Orders',
      SignatureVersion: '2',
      SubscriptionsConfirmed: '1',
      SubscriptionsPending: '1',
      SubscriptionsDeleted: '0',
    });
    expect(JSON.parse(Attributes?.['Policy'] ?? '')).toMatchObject({ Id: '__default_policy_ID' });
  });

  it('are made once, and go with their subscriptions', async () => {
    const { client } = await start();
    const { TopicArn } = await client.send(create());
    expect((await client.send(create())).TopicArn).toBe(TopicArn);
    await client.send(subscribe());
    await client.send(new DeleteTopicCommand({ TopicArn }));
    await client.send(new DeleteTopicCommand({ TopicArn }));
    expect((await client.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual([]);
  });

  it('have tags', async () => {
    const { client } = await start();
    await client.send(create());
    await client.send(
      new TagResourceCommand({ ResourceArn: TOPIC, Tags: ['a', 'b'].map((Key) => ({ Key, Value: 'x' })) }),
    );
    await client.send(new UntagResourceCommand({ ResourceArn: TOPIC, TagKeys: ['a'] }));
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceArn: TOPIC }));
    expect(Tags).toEqual([{ Key: 'b', Value: 'x' }]);
  });

  it('are listed a hundred at once', async () => {
    const { client } = await start();
    for (let n = 0; n < 101; n += 1) await client.send(create(`topic-${n}`));
    const { Topics, NextToken } = await client.send(new ListTopicsCommand({}));
    expect(Topics).toHaveLength(100);
    expect((await client.send(new ListTopicsCommand({ NextToken }))).Topics).toHaveLength(1);
  });

  // https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
  it.each([
    [create('a b'), 'InvalidParameterException', /Topic Name/],
    [create('orders', { DisplayName: 'other' }), 'InvalidParameterException', /different attributes/],
    [create('x', { FifoTopic: 'true' }), 'InvalidParameterException', /must end with .fifo/],
    [create('x.fifo'), 'InvalidParameterException', /Topic Name/],
    [create('x', { ContentBasedDeduplication: 'true' }), 'InvalidParameterException', /FIFO topics only/],
    [create('x', { MaximumMessageSize: '1' }), 'InvalidParameterException', /MaximumMessageSize/],
    [create('x', { Nonsense: '1' }), 'InvalidParameterException', /Unknown attribute Nonsense/],
    [create('x', { ArchivePolicy: '{}' }), 'InvalidParameterException', /keeps no archive/],
    [
      create('x', { SQSFailureFeedbackRoleArn: 'r' }),
      'InvalidParameterException',
      /SQSFailureFeedbackRoleArn/,
    ],
    [new GetTopicAttributesCommand({ TopicArn: `${TOPIC}s` }), 'NotFoundException', /Topic does not exist/],
    [new ListTopicsCommand({ NextToken: 'x' }), 'InvalidParameterException', /nextToken/],
    [
      new ListTagsForResourceCommand({ ResourceArn: `${TOPIC}s` }),
      'ResourceNotFoundException',
      /Resource does not exist/,
    ],
  ])('are refused: %#', async (command, name, message) => {
    const { client } = await start();
    await client.send(create());
    await expect(client.send(command as CreateTopicCommand)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });
});

describe('subscriptions that calls make', () => {
  // https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html
  it('are there after a restart, with what was set', async () => {
    const { client } = await start();
    await client.send(create());
    const { SubscriptionArn } = await client.send(subscribe({ Attributes: { FilterPolicy: '{"a":["b"]}' } }));
    await client.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: 'RawMessageDelivery',
        AttributeValue: 'true',
      }),
    );
    const after = await start();
    const { Attributes } = await after.client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(Attributes).toEqual({
      SubscriptionArn,
      TopicArn: TOPIC,
      Owner: '000000000000',
      Protocol: 'sqs',
      Endpoint: QUEUE,
      PendingConfirmation: 'false',
      ConfirmationWasAuthenticated: 'true',
      FilterPolicy: '{"a":["b"]}',
      FilterPolicyScope: 'MessageAttributes',
      RawMessageDelivery: 'true',
    });
    await after.client.send(new UnsubscribeCommand({ SubscriptionArn }));
    await expect(
      after.client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn })),
    ).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  // https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
  it('wait to be confirmed where the endpoint would be asked', async () => {
    const { client } = await start();
    await client.send(create());
    const email = { Protocol: 'email', Endpoint: 'a@example.com' };
    expect((await client.send(subscribe(email))).SubscriptionArn).toBe('pending confirmation');
    const { SubscriptionArn } = await client.send(subscribe({ ...email, ReturnSubscriptionArn: true }));
    expect(SubscriptionArn).toMatch(`${TOPIC}:`);
    const { Subscriptions } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }));
    expect(Subscriptions).toMatchObject([
      { SubscriptionArn: 'PendingConfirmation', Endpoint: 'a@example.com' },
    ]);
  });

  it.each([
    [subscribe({ TopicArn: `${TOPIC}s` }), 'NotFoundException', /Topic does not exist/],
    [subscribe({ Protocol: 'fax' }), 'InvalidParameterException', /does not support this protocol/],
    [subscribe({ Endpoint: 'inbox' }), 'InvalidParameterException', /'inbox' is not valid for sqs/],
    [
      subscribe({ Endpoint: FIFO_QUEUE }),
      'InvalidParameterException',
      /FIFO SQS Queues can not be subscribed/,
    ],
    [
      subscribe({ Protocol: 'lambda', Endpoint: FUNCTION, Attributes: { RawMessageDelivery: 'true' } }),
      'InvalidParameterException',
      /does not support raw message delivery/,
    ],
    [subscribe({ Attributes: { RedrivePolicy: '{}x' } }), 'InvalidParameterException', /RedrivePolicy/],
    [subscribe({ Attributes: { Nonsense: 'x' } }), 'InvalidParameterException', /AttributeName/],
    [
      subscribe({ Protocol: 'lambda', Endpoint: FUNCTION, Attributes: { FilterPolicy: '{"a":["b"]}' } }),
      'InvalidParameterException',
      /already exists with different attributes/,
    ],
    [new ConfirmSubscriptionCommand({ TopicArn: TOPIC, Token: 'x' }), 'InvalidParameterException', /Token/],
  ])('are refused: %#', async (command, name, message) => {
    const { client } = await start();
    await client.send(create());
    await client.send(subscribe({ Protocol: 'lambda', Endpoint: FUNCTION }));
    await expect(client.send(command as SubscribeCommand)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });
});

describe('the keepers', () => {
  const subscription = (arn: string, endpoint = QUEUE): SubscriptionResource => ({
    logicalId: 'Topic',
    arn: `${TOPIC}:${arn}`,
    topicArn: TOPIC,
    protocol: 'sqs',
    endpoint,
    attributes: {},
  });
  const topic = (changes: Partial<TopicResource> = {}): TopicResource => ({
    logicalId: 'Topic',
    topicName: 'orders',
    arn: TOPIC,
    attributes: {},
    tags: {},
    subscriptions: [],
    ...changes,
  });
  const subscribed = async ({ client }: SnsHarness) =>
    (await client.send(new ListSubscriptionsCommand({}))).Subscriptions?.map(
      ({ SubscriptionArn }) => SubscriptionArn,
    );

  it('change a topic with the subscriptions that stand in it, and leave the others', async () => {
    const harness = await start();
    const { topics, subscriptions } = harness.sns;
    await topics.put(topic({ subscriptions: [subscription('a'), subscription('b', `${QUEUE}-b`)] }));
    await subscriptions.put(subscription('c', `${QUEUE}-c`));
    await topics.put(
      topic({ attributes: { DisplayName: 'x' }, subscriptions: [subscription('b', `${QUEUE}-b`)] }),
    );
    expect(await subscribed(harness)).toEqual([`${TOPIC}:b`, `${TOPIC}:c`]);
    await subscriptions.remove(subscription('c'));
    await topics.remove(topic());
    await topics.remove(topic());
    expect(await subscribed(harness)).toEqual([]);
  });

  it('do not make a FIFO topic of another one', async () => {
    const { sns } = await start();
    const fifo = { topicName: 'a.fifo', arn: `${TOPIC}.fifo`, attributes: { FifoTopic: 'true' } };
    await sns.topics.put(topic(fifo));
    await expect(sns.topics.put(topic({ ...fifo, attributes: {} }))).rejects.toMatchObject({
      code: 'InvalidParameter',
    });
  });
});
