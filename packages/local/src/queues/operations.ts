import type { JsonOperations } from '../protocol/json.ts';

/** The operations of SQS that run here: those that the emulator has. */
export const SQS_OPERATIONS: readonly string[] = [
  'ChangeMessageVisibility',
  'ChangeMessageVisibilityBatch',
  'CreateQueue',
  'DeleteMessage',
  'DeleteMessageBatch',
  'DeleteQueue',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListQueueTags',
  'ListQueues',
  'PurgeQueue',
  'ReceiveMessage',
  'SendMessage',
  'SendMessageBatch',
  'SetQueueAttributes',
  'TagQueue',
  'UntagQueue',
];

/** The API of SQS, by the names of its operations. */
export const SQS_API: JsonOperations<string> = {
  service: 'SQS',
  targetPrefix: 'AmazonSQS.',
  operations: new Map(SQS_OPERATIONS.map((name) => [name, name])),
};
