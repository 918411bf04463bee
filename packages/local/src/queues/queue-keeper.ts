import { AwsError } from '../aws.ts';
import type { ResourceKeeper } from '../contracts.ts';
import type { Emulator } from './emulator.ts';

/** A queue of the template. */
export interface QueueDefinition {
  readonly queueName: string;
  /** The properties of `AWS::SQS::Queue`, resolved. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What SQS calls the attributes of a queue, which CloudFormation calls its properties by the same names. */
const ATTRIBUTES = new Set([
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
]);

/**
 * What the attributes are that can be set, where nothing is said of them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
 */
const DEFAULT_ATTRIBUTES: Readonly<Record<string, string>> = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  RedriveAllowPolicy: '',
  RedrivePolicy: '',
  VisibilityTimeout: '30',
};

const OTHER_PROPERTIES = new Set(['QueueName', 'Tags']);

function attributeValue(name: string, value: unknown): string {
  if (name !== 'RedrivePolicy' || typeof value !== 'object' || value === null) {
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  // CloudFormation takes its number as text too.
  const policy = value as Record<string, unknown>;
  return JSON.stringify({ ...policy, maxReceiveCount: Number(policy['maxReceiveCount']) });
}

/**
 * The attributes of SQS's CreateQueue for a queue of the template. Throws for a property that `AWS::SQS::Queue`
 * does not have.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
 */
export function queueAttributes({ queueName, properties }: QueueDefinition): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || OTHER_PROPERTIES.has(name)) continue;
    if (!ATTRIBUTES.has(name)) {
      throw new Error(
        `The queue ${queueName} has the property ${name}, which the laptop runtime does not know.`,
      );
    }
    attributes[name] = attributeValue(name, value);
  }
  return attributes;
}

/** CloudFormation's list of `{ Key, Value }` as SQS's map. */
export function queueTags({ properties }: QueueDefinition): Record<string, string> {
  const tags = properties['Tags'];
  if (!Array.isArray(tags)) return {};
  return Object.fromEntries(
    (tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, String(Value)]),
  );
}

/** Makes, changes and removes queues. What SQS would not take is rejected with its own error. */
export function createQueueKeeper(emulator: Emulator): ResourceKeeper<QueueDefinition> {
  // The emulator goes by the name at the end.
  const queueUrl = (queueName: string) => `http://localhost/${queueName}`;
  return {
    async put(queue) {
      const QueueUrl = queueUrl(queue.queueName);
      const there = await attributesOf(emulator, QueueUrl);
      if (there === undefined) await createQueue(emulator, queue);
      else await changeQueue(emulator, queue, { ...there, QueueUrl });
    },
    has: async ({ queueName }) => (await attributesOf(emulator, queueUrl(queueName))) !== undefined,
    async remove({ queueName }) {
      const QueueUrl = queueUrl(queueName);
      if ((await attributesOf(emulator, QueueUrl)) !== undefined) {
        await emulator.callSqs('DeleteQueue', { QueueUrl });
      }
    },
  };
}

/** Undefined where there is no such queue. */
async function attributesOf(
  emulator: Emulator,
  QueueUrl: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const answer = await emulator.callSqs('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] });
    return Object(answer['Attributes']);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'QueueDoesNotExist') return undefined;
    throw error;
  }
}

async function createQueue(emulator: Emulator, queue: QueueDefinition): Promise<void> {
  const Attributes = queueAttributes(queue);
  await emulator.callSqs('CreateQueue', { QueueName: queue.queueName, Attributes, tags: queueTags(queue) });
}

/** What the queue no longer says goes back to SQS's default; it keeps its messages. */
async function changeQueue(
  emulator: Emulator,
  queue: QueueDefinition,
  { QueueUrl, ...there }: Readonly<Record<string, string>>,
): Promise<void> {
  const { FifoQueue: fifo = 'false', ...attributes } = queueAttributes(queue);
  if (fifo !== (there['FifoQueue'] ?? 'false')) {
    throw new AwsError(
      'InvalidAttributeValue',
      `FifoQueue of ${queue.queueName} cannot be changed: give the queue another name.`,
    );
  }
  const changed = Object.entries({ ...DEFAULT_ATTRIBUTES, ...attributes }).filter(
    ([name, value]) => value !== (there[name] ?? ''),
  );
  if (changed.length > 0) {
    await emulator.callSqs('SetQueueAttributes', { QueueUrl, Attributes: Object.fromEntries(changed) });
  }
  const { Tags: before } = await emulator.callSqs('ListQueueTags', { QueueUrl });
  const Tags = queueTags(queue);
  const TagKeys = Object.keys(Object(before)).filter((key) => !Object.hasOwn(Tags, key));
  if (TagKeys.length > 0) await emulator.callSqs('UntagQueue', { QueueUrl, TagKeys });
  if (Object.keys(Tags).length > 0) await emulator.callSqs('TagQueue', { QueueUrl, Tags });
}
