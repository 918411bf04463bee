import { operationEntries } from '../support/operation-entries.ts';
import type { SupportChapter } from '../support/support.ts';
import { SQS_OPERATIONS } from './operations.ts';

const UNKNOWN = 'UnknownOperationException, which names those that run.';

const NOTES: Readonly<Record<string, string>> = {
  CreateQueue: 'Encryption and policies are told again, and without an effect.',
  ReceiveMessage:
    'Messages do not expire after MessageRetentionPeriod; MessageGroupId is told of FIFO queues alone.',
  SendMessage: 'MessageGroupId is taken for standard queues, and makes none of them fair.',
};

/** Amazon SQS, and what comes with it of AWS STS. */
export const queuesSupport: readonly SupportChapter[] = [
  {
    title: 'SQS: operations',
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html',
    api: 'sqs',
    entries: [
      ...operationEntries(SQS_OPERATIONS, NOTES, UNKNOWN),
      { name: 'The query protocol', status: 'refused', note: 'InvalidAction: SDKs speak JSON since 2023.' },
    ],
  },
  {
    title: 'STS: operations',
    source: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html',
    api: 'sts',
    entries: operationEntries(['GetCallerIdentity'], {}, 'InvalidAction: credentials are not checked.'),
  },
];
