import { operationEntries } from '../support/operation-entries.ts';
import type { SupportChapter } from '../support/support.ts';
import { DYNAMODB_OPERATIONS, STREAMS_OPERATIONS } from './operations.ts';

const REFUSAL = 'UnknownOperationException.';

const NOTES: Readonly<Record<string, string>> = {
  SearchVectors: 'As the table engine has it.',
  CreateTable: 'Capacity, encryption and backups have no effect.',
  UpdateTimeToLive: 'At once, and as often as one likes: on AWS, a change takes up to an hour.',
};

/** DynamoDB with the table engine that comes with the runtime; another one, by --dynamodb, has what it has. */
export const dynamodbSupport: readonly SupportChapter[] = [
  {
    title: 'DynamoDB: operations',
    source:
      'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html',
    api: 'dynamodb',
    entries: operationEntries(DYNAMODB_OPERATIONS, NOTES, REFUSAL),
  },
  {
    title: 'DynamoDB Streams: operations',
    source:
      'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html',
    api: 'dynamodbstreams',
    entries: operationEntries(STREAMS_OPERATIONS, {}, REFUSAL),
  },
  {
    title: 'DynamoDB: time to live',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html',
    entries: [
      {
        name: 'Deletion of items that have expired',
        status: 'partly',
        note: 'Within seconds, or after --ttl-delay.',
      },
      { name: 'userIdentity of their records in streams', status: 'runs' },
      { name: 'Items that expired more than five years ago stay', status: 'runs' },
    ],
  },
];
