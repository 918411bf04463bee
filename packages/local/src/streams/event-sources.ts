import { AwsError } from '../aws.ts';
import { type DynamoDbCall, DynamoDbError } from '../engine/dynamodb-call.ts';
import type { EventSourceMapping, StreamMapping } from './event-source-mapping.ts';
import { isQueueMapping } from './event-source-mapping.ts';
import type { SqsCall } from './queue-consumer.ts';
import { invalidMapping, type MappingEnds } from './read-mapping.ts';

const STREAM = /^arn:[^:]+:dynamodb:[^:]+:\d{12}:table\/([\w.-]+)\/stream\/.+$/;
const QUEUE = /^arn:[^:]+:sqs:[^:]+:\d{12}:([\w-]+(?:\.fifo)?)$/;

/** What an ARN is of. Throws `InvalidParameterValueException` for anything but a DynamoDB stream and an SQS queue. */
export function eventSourceOf(arn: string): MappingEnds['source'] {
  const [, tableName] = STREAM.exec(arn) ?? [];
  if (tableName !== undefined) return { streamArn: arn, tableName };
  if (QUEUE.test(arn)) return { queueArn: arn };
  throw invalidMapping(
    `EventSourceArn: the laptop runtime reads DynamoDB streams and SQS queues, and ${arn} is neither.`,
  );
}

/** The engine's own ARN of a table's stream. Throws as Lambda does for one that is not there, and what calls throw. */
export async function findStream(
  call: DynamoDbCall,
  { streamArn, tableName }: Pick<StreamMapping, 'streamArn' | 'tableName'>,
): Promise<string> {
  const { Table: table } = await call('DescribeTable', { TableName: tableName }).catch((error: unknown) => {
    if (!(error instanceof DynamoDbError) || error.name !== 'ResourceNotFoundException') throw error;
    throw invalidMapping(`Stream not found: ${streamArn}`);
  });
  const arn: unknown = Object(table)['LatestStreamArn'];
  if (typeof arn === 'string') return arn;
  throw invalidMapping(
    `Stream not found: ${streamArn}. The table ${tableName} was made without a stream, and an event source mapping reads it: start with another data directory, or enable the table's stream.`,
  );
}

/** A queue's URL and for how many seconds a message that is received stays invisible. Throws as Lambda does. */
export async function findQueue(
  call: SqsCall,
  queueArn: string,
): Promise<{ readonly queueUrl: string; readonly visibilityTimeoutSeconds: number }> {
  try {
    const { QueueUrl } = await call('GetQueueUrl', { QueueName: queueArn.split(':').at(-1) });
    const attributes = { QueueUrl, AttributeNames: ['VisibilityTimeout'] };
    const { Attributes } = await call('GetQueueAttributes', attributes);
    const { VisibilityTimeout } = Object(Attributes);
    return { queueUrl: String(QueueUrl), visibilityTimeoutSeconds: Number(VisibilityTimeout) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidMapping(
      `Error occurred while ReceiveMessage. SQS Error Code: ${error.code}. SQS Error Message: ${error.message}`,
    );
  }
}

/** Who is asked for sources. */
export interface SourceCalls {
  readonly callDynamoDb: DynamoDbCall;
  readonly callSqs: SqsCall;
}

/**
 * Throws as Lambda does for a source that is not there, and for a queue whose messages would come again while the
 * function still works on them.
 */
export async function assertReadable(
  mapping: EventSourceMapping,
  functionTimeoutMs: number,
  { callDynamoDb, callSqs }: SourceCalls,
): Promise<void> {
  if (!isQueueMapping(mapping)) {
    if (mapping.enabled) await findStream(callDynamoDb, mapping);
    return;
  }
  const { visibilityTimeoutSeconds } = await findQueue(callSqs, mapping.queueArn);
  const timeoutSeconds = functionTimeoutMs / 1000;
  if (visibilityTimeoutSeconds >= timeoutSeconds) return;
  throw invalidMapping(
    `Queue visibility timeout: ${visibilityTimeoutSeconds} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
  );
}
