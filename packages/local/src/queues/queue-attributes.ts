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
export const DEFAULT_ATTRIBUTES: Readonly<Record<string, string>> = {
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
