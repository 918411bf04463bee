import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Endpoint, startEndpoint } from '../../src/endpoint/endpoint.ts';
import { createQueues, type Queues } from '../../src/queues/queues.ts';

const silent = { info() {}, warn() {}, error() {} };
const region = 'eu-west-1';
const accountId = '000000000000';
const arnOf = (name: string): string => `arn:aws:sqs:${region}:${accountId}:${name}`;

describe('queues', () => {
  let queues: Queues;
  let endpoint: Endpoint;
  let client: SQSClient;

  beforeAll(async () => {
    queues = await createQueues({ accountId, region, endpointUrl: () => endpoint.url });
    for (const queue of [
      {
        queueName: 'dead',
        properties: { MessageRetentionPeriod: 1_209_600, KmsMasterKeyId: 'alias/aws/sqs' },
      },
      {
        queueName: 'work',
        properties: {
          VisibilityTimeout: 0,
          RedrivePolicy: { deadLetterTargetArn: arnOf('dead'), maxReceiveCount: 1 },
        },
      },
      { queueName: 'plain', properties: {} },
      { queueName: 'ordered.fifo', properties: { FifoQueue: true, ContentBasedDeduplication: true } },
    ]) {
      await queues.keeper.put(queue);
    }
    const services = { sqs: queues.sqs, sts: queues.sts };
    endpoint = await startEndpoint({ host: '127.0.0.1', port: 0, services, log: silent });
    client = new SQSClient({
      endpoint: endpoint.url,
      region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
  });

  afterAll(async () => {
    client.destroy();
    await endpoint.close();
    await queues.close();
  });

  async function receive(queueName: string): Promise<string[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: queues.queueUrl(queueName),
      MaxNumberOfMessages: 10,
    });
    return ((await client.send(command)).Messages ?? []).map(({ Body }) => Body ?? '');
  }

  it('are found at the one endpoint', async () => {
    const urls = ['dead', 'ordered.fifo', 'plain', 'work'].map(
      (name) => `${endpoint.url}/${accountId}/${name}`,
    );
    expect((await client.send(new ListQueuesCommand({}))).QueueUrls).toEqual(urls);
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'work' }));
    expect(QueueUrl).toBe(urls[3]);
    expect(queues.queueUrl('work')).toBe(QueueUrl);
  });

  it("have the template's attributes", async () => {
    const QueueUrl = queues.queueUrl('dead');
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    expect((await client.send(command)).Attributes).toMatchObject({
      QueueArn: arnOf('dead'),
      MessageRetentionPeriod: '1209600',
      KmsMasterKeyId: 'alias/aws/sqs',
    });
  });

  it('take messages from within, by ARN and by URL, and give them to clients', async () => {
    await queues.sendMessage(arnOf('plain'), '{"by":"arn","text":"ä😀"}');
    await queues.sendMessage(queues.queueUrl('plain'), '{"by":"url"}');
    await client.send(
      new SendMessageCommand({ QueueUrl: queues.queueUrl('plain'), MessageBody: 'by client' }),
    );
    expect(await receive('plain')).toEqual(['{"by":"arn","text":"ä😀"}', '{"by":"url"}', 'by client']);
  });

  it('take attributes and groups of messages from within', async () => {
    const options = { attributes: { REASON: 'gone' }, messageGroupId: 'orders' };
    await queues.sendMessage(arnOf('ordered.fifo'), 'in a group', options);

    const command = new ReceiveMessageCommand({
      QueueUrl: queues.queueUrl('ordered.fifo'),
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['MessageGroupId'],
    });
    expect((await client.send(command)).Messages).toMatchObject([
      {
        Body: 'in a group',
        MessageAttributes: { REASON: { DataType: 'String', StringValue: 'gone' } },
        Attributes: { MessageGroupId: 'orders' },
      },
    ]);
  });

  it('move a message that was received too often to the dead-letter queue', async () => {
    await queues.sendMessage(arnOf('work'), 'again');
    expect(await receive('work')).toEqual(['again']);
    expect(await receive('work')).toEqual([]);
    const QueueUrl = queues.queueUrl('dead');
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages?.[0]?.Body).toBe('again');
    await client.send(
      new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle ?? '' }),
    );
    const attributes = new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    });
    expect((await client.send(attributes)).Attributes).toEqual({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
  });

  it('are emptied by PurgeQueue', async () => {
    await queues.sendMessage(arnOf('work'), 'forget me');
    await client.send(new PurgeQueueCommand({ QueueUrl: queues.queueUrl('work') }));
    expect(await receive('work')).toEqual([]);
  });

  it('refuse the characters that SQS refuses', async () => {
    const refused = { code: 'InvalidMessageContents' };
    for (const character of ['\u0000', '\u000b', '\uffff', '\ud83d']) {
      await expect(queues.sendMessage(arnOf('plain'), `x${character}`)).rejects.toMatchObject(refused);
    }
  });

  it("answer with SQS's errors for a queue that is not there", async () => {
    const code = 'QueueDoesNotExist';
    await expect(queues.sendMessage(arnOf('nowhere'), 'x')).rejects.toMatchObject({ code });
    const unknown = client.send(new GetQueueUrlCommand({ QueueName: 'nowhere' }));
    await expect(unknown).rejects.toMatchObject({ name: code });
  });

  it('refuse what they would run wrongly', async () => {
    const other = createQueues({ accountId: '123456789012', region, endpointUrl: () => '' });
    await expect(other).rejects.toThrow(accountId);
    const queue = { queueName: 'q', properties: { DelaySeconds: 901 } };
    await expect(queues.keeper.put(queue)).rejects.toMatchObject({ code: 'InvalidAttributeValue' });
  });

  function call(service: string, path: string, init: RequestInit): Promise<Response> {
    const scope = `Credential=local/20300102/${region}/${service}/aws4_request`;
    return fetch(`${endpoint.url}${path}`, {
      ...init,
      headers: {
        ...init.headers,
        authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0`,
      },
    });
  }

  it('come with the identity of STS, and nothing else of it', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const ask = (body: string) => call('sts', '/', { method: 'POST', headers, body });
    const identity = await ask('Action=GetCallerIdentity&Version=2011-06-15');
    expect(await identity.text()).toContain(`<Account>${accountId}</Account>`);
    expect(await (await ask('Action=AssumeRole')).text()).toContain('<Code>InvalidAction</Code>');
  });
});
