import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../aws.ts';
import type { QueueMessageOptions, QueueSender } from '../contracts.ts';
import { parseJsonMembers } from '../json-operations.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { type QueueDefinition, queueAttributes, queueTags } from './queue-attributes.ts';
import { sqsMembers } from './sqs-members.ts';

export interface QueuesOptions {
  readonly queues: readonly QueueDefinition[];
  readonly accountId: string;
  readonly region: string;
  /** Asked whenever a queue's URL is made, so that the endpoint may start after the queues are there. */
  endpointUrl(): string;
  /** Where queues and their messages are kept; in memory when absent. */
  readonly queuesDirectory?: string;
}

export interface Queues extends QueueSender {
  readonly sqs: AwsService;
  readonly sts: AwsService;
  /** `{endpointUrl}/{accountId}/{queueName}`. */
  queueUrl(queueName: string): string;
  /** Ends long polls at once. */
  close(): Promise<void>;
}

/** The account of fauxqs, part of the ARNs that it makes. */
const EMULATED_ACCOUNT_ID = '000000000000';

/** The actions whose answers hold queue URLs. */
const ACTIONS_WITH_URLS = new Set(['CreateQueue', 'GetQueueUrl', 'ListQueues']);

/**
 * The queues of a template, and what comes with them: STS GetCallerIdentity. Encryption
 * settings are kept but encrypt nothing; messages do not expire after their retention period.
 * Throws for a queue that SQS would not take, or an account other than 000000000000.
 */
export async function createQueues(options: QueuesOptions): Promise<Queues> {
  const { accountId } = options;
  if (accountId !== EMULATED_ACCOUNT_ID) {
    throw new Error(`Queues can be run in the account ${EMULATED_ACCOUNT_ID} only, not in ${accountId}.`);
  }
  const emulator = await startEmulator(options);
  for (const queue of options.queues) {
    await createQueue(emulator, queue);
  }
  const queueUrl = (queueName: string): string => `${options.endpointUrl()}/${accountId}/${queueName}`;

  return {
    sqs: (request) => callSqs(emulator, queueUrl, request),
    sts: (request) => callSts(emulator, request),
    queueUrl,
    async sendMessage(queue, body, options) {
      const message = { QueueUrl: queueUrl(nameOf(queue)), MessageBody: body, ...messageMembers(options) };
      await emulator.callSqs('SendMessage', message);
    },
    close: () => emulator.close(),
  };
}

function messageMembers({ attributes = {}, messageGroupId }: QueueMessageOptions = {}): object {
  const texts = Object.entries(attributes).map(([name, value]) => [
    name,
    { DataType: 'String', StringValue: value },
  ]);
  return {
    ...(texts.length === 0 ? {} : { MessageAttributes: Object.fromEntries(texts) }),
    ...(messageGroupId === undefined ? {} : { MessageGroupId: messageGroupId }),
  };
}

/** Makes a queue. One that is there from an earlier runtime keeps its messages and gets what the template gives it. */
async function createQueue(emulator: Emulator, queue: QueueDefinition): Promise<void> {
  const { queueName: QueueName } = queue;
  const Attributes = queueAttributes(queue);
  const { QueueUrls: urls } = await emulator.callSqs('ListQueues', { QueueNamePrefix: QueueName });
  const QueueUrl = ((urls ?? []) as string[]).find((url) => nameOf(url) === QueueName);
  if (QueueUrl === undefined) {
    await emulator.callSqs('CreateQueue', { QueueName, Attributes, tags: queueTags(queue) });
    return;
  }
  const { FifoQueue: _, ...settable } = Attributes;
  if (Object.keys(settable).length === 0) return;
  await emulator.callSqs('SetQueueAttributes', { QueueUrl, Attributes: settable });
}

/** The name at the end of an ARN or a URL. */
function nameOf(queue: string): string {
  return queue.split(/[:/]/).at(-1) ?? queue;
}

async function callSqs(
  emulator: Emulator,
  queueUrl: (queueName: string) => string,
  request: AwsRequest,
): Promise<AwsResponse> {
  const target = request.headers['x-amz-target'];
  if (typeof target !== 'string') {
    throw new AwsError(
      'InvalidAction',
      'The laptop runtime speaks the JSON protocol of SQS only: update the AWS SDK or CLI to one of 2024 or later.',
    );
  }
  const body = Buffer.from(JSON.stringify(sqsMembers(parseJsonMembers(request.body))));
  // Some clients post to the path of the queue's URL.
  const response = await emulator.pass({ ...request, path: '/', body });
  const action = target.split('.').at(-1) ?? target;
  return response.status < 300 && ACTIONS_WITH_URLS.has(action) ? withUrls(response, queueUrl) : response;
}

/** The answer with URLs on the one endpoint in place of the emulator's own. */
function withUrls(response: AwsResponse, queueUrl: (queueName: string) => string): AwsResponse {
  const answer = JSON.parse(response.body.toString()) as { QueueUrl?: string; QueueUrls?: string[] };
  const rewritten = {
    ...answer,
    ...(answer.QueueUrl === undefined ? {} : { QueueUrl: queueUrl(nameOf(answer.QueueUrl)) }),
    ...(answer.QueueUrls === undefined
      ? {}
      : { QueueUrls: answer.QueueUrls.map((url) => queueUrl(nameOf(url))) }),
  };
  const { 'content-length': _, ...headers } = response.headers;
  return { ...response, headers, body: JSON.stringify(rewritten) };
}

async function callSts(emulator: Emulator, request: AwsRequest): Promise<AwsResponse> {
  const action = new URLSearchParams(request.body.toString()).get('Action') ?? request.query.get('Action');
  if (action !== 'GetCallerIdentity') {
    throw new AwsError(
      'InvalidAction',
      `Of STS the laptop runtime has GetCallerIdentity only, not ${action}.`,
    );
  }
  return emulator.pass({ ...request, path: '/' });
}
