import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../aws.ts';
import type { QueueMessageOptions, QueueSender, ResourceKeeper } from '../contracts.ts';
import { type JsonMembers, operationOf, parseJsonMembers } from '../protocol/json.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { createQueueKeeper, type QueueDefinition } from './queue-keeper.ts';
import { SQS_API, sqsMembers } from './sqs-members.ts';

interface QueuesOptions {
  readonly accountId: string;
  readonly region: string;
  /** Asked whenever a queue's URL is made, so that the endpoint may start after the queues are there. */
  endpointUrl(): string;
  /** Where queues and their messages are kept; in memory when absent. */
  readonly queuesDirectory?: string;
}

export interface Queues extends QueueSender {
  /** Queues, of templates. Those that calls make are the emulator's, and it keeps all. */
  readonly keeper: ResourceKeeper<QueueDefinition>;
  readonly sqs: AwsService;
  readonly sts: AwsService;
  /** `{endpointUrl}/{accountId}/{queueName}`. */
  queueUrl(queueName: string): string;
  /** Calls an action of SQS, for other parts of the runtime. Throws `AwsError`. */
  call(action: string, members: JsonMembers): Promise<Record<string, unknown>>;
  /** Ends long polls at once. */
  close(): Promise<void>;
}

/** The account of fauxqs, part of the ARNs that it makes. */
const EMULATED_ACCOUNT_ID = '000000000000';

/** The actions whose answers hold queue URLs. */
const ACTIONS_WITH_URLS = new Set(['CreateQueue', 'GetQueueUrl', 'ListQueues']);

/**
 * SQS, and what comes with it: STS GetCallerIdentity. Encryption
 * settings are kept but encrypt nothing; messages do not expire after their retention period.
 * Throws for an account other than 000000000000.
 */
export async function createQueues(options: QueuesOptions): Promise<Queues> {
  const { accountId } = options;
  if (accountId !== EMULATED_ACCOUNT_ID) {
    throw new Error(`Queues can be run in the account ${EMULATED_ACCOUNT_ID} only, not in ${accountId}.`);
  }
  const emulator = await startEmulator(options);
  const queueUrl = (queueName: string): string => `${options.endpointUrl()}/${accountId}/${queueName}`;

  return {
    keeper: createQueueKeeper(emulator),
    sqs: (request) => callSqs(emulator, queueUrl, request),
    sts: (request) => callSts(emulator, request),
    queueUrl,
    call: (action, members) => emulator.callSqs(action, members),
    async sendMessage(queue, body, options) {
      const message = { QueueUrl: queueUrl(nameOf(queue)), MessageBody: body, ...messageMembers(options) };
      await emulator.callSqs('SendMessage', message);
    },
    close: () => emulator.close(),
  };
}

function messageMembers({ attributes = {}, messageGroupId }: QueueMessageOptions = {}): object {
  const all = Object.entries(attributes).map(([name, StringValue]) => [
    name,
    { DataType: 'String', StringValue },
  ]);
  return {
    ...(all.length === 0 ? {} : { MessageAttributes: Object.fromEntries(all) }),
    ...(messageGroupId === undefined ? {} : { MessageGroupId: messageGroupId }),
  };
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
  if (typeof request.headers['x-amz-target'] !== 'string') {
    throw new AwsError(
      'InvalidAction',
      'The laptop runtime speaks the JSON protocol of SQS only: update the AWS SDK or CLI to one of 2024 or later.',
    );
  }
  const action = operationOf(request, SQS_API);
  const members = sqsMembers(parseJsonMembers(request.body));
  const response = await emulator.answer(action, members, request.headers);
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
  return { ...response, body: JSON.stringify(rewritten) };
}

async function callSts(emulator: Emulator, request: AwsRequest): Promise<AwsResponse> {
  const action = new URLSearchParams(request.body.toString()).get('Action') ?? request.query.get('Action');
  if (action !== 'GetCallerIdentity') {
    throw new AwsError(
      'InvalidAction',
      `Of STS the laptop runtime has GetCallerIdentity only, not ${action}.`,
    );
  }
  return { status: 200, headers: { 'content-type': 'text/xml' }, body: emulator.callerIdentity() };
}
