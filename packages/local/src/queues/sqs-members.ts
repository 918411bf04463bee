import { AwsError } from '../aws.ts';
import { fauxqsPart } from '../fauxqs.ts';
import type { JsonMembers, JsonOperations } from '../protocol/json.ts';

/** What SQS does not take in a message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that SQS does take.
const REFUSED = /[^\u{9}\u{A}\u{D}\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

let isDone = false;

/**
 * Makes fauxqs take every character that SQS takes. It tests UTF-16 units, and so refuses each character beyond
 * the basic plane: a device with an emoji in its name could not reach the dead-letter queue. Throws when fauxqs
 * no longer has the expression where it had it.
 */
export async function takeEveryCharacter(): Promise<void> {
  if (isDone) return;
  const isExpression = (part: unknown) => part instanceof RegExp;
  const expression = await fauxqsPart<RegExp>('sqs/sqsTypes.js', 'INVALID_MESSAGE_BODY_CHAR', isExpression);
  expression.test = (text) => REFUSED.test(text);
  isDone = true;
}

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

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isWhole: Check = (value) => Number.isSafeInteger(value);
const isObject = (value: unknown): value is JsonMembers =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const isMapOf =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.values(value).every(check);
const isOptional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_MessageAttributeValue.html */
const isAttribute: Check = (value) =>
  isObject(value) &&
  isText(value['DataType']) &&
  ['StringValue', 'BinaryValue'].every((name) => isOptional(isText)(value[name]));

/** What the members of SQS's calls are, by name. Those that are not here are the emulator's to refuse. */
const CHECKS: ReadonlyMap<string, readonly [what: string, check: Check]> = new Map(
  (
    [
      ['text', isText, ['QueueUrl', 'QueueName', 'QueueNamePrefix', 'MessageBody', 'ReceiptHandle', 'Id']],
      ['text', isText, ['MessageGroupId', 'MessageDeduplicationId', 'NextToken', 'ReceiveRequestAttemptId']],
      ['text', isText, ['SourceArn', 'DestinationArn', 'TaskHandle', 'Label', 'QueueOwnerAWSAccountId']],
      ['a whole number', isWhole, ['DelaySeconds', 'MaxNumberOfMessages', 'VisibilityTimeout', 'MaxResults']],
      ['a whole number', isWhole, ['WaitTimeSeconds', 'MaxNumberOfMessagesPerSecond']],
      ['a list of texts', isListOf(isText), ['AttributeNames', 'MessageAttributeNames', 'TagKeys']],
      ['a list of texts', isListOf(isText), ['MessageSystemAttributeNames', 'AWSAccountIds', 'Actions']],
      ['a map of texts', isMapOf(isText), ['Attributes', 'Tags', 'tags']],
      ['a map of attributes', isMapOf(isAttribute), ['MessageAttributes', 'MessageSystemAttributes']],
      ['a list of objects', isListOf(isObject), ['Entries']],
    ] as const
  ).flatMap(([what, check, names]) => names.map((name) => [name, [what, check]] as const)),
);

/**
 * The members of a call of SQS without those that are null, which say nothing. Throws `SerializationException` for
 * what is of another type: the emulator takes them as they come, and fails over them.
 */
export function sqsMembers(members: JsonMembers): JsonMembers {
  const given = Object.entries(members).filter(([, value]) => value !== null);
  for (const [name, value] of given) {
    const [what, check] = CHECKS.get(name) ?? [];
    if (check?.(value) === false) throw new AwsError('SerializationException', `${name} must be ${what}.`);
  }
  const { Entries: entries, ...others } = Object.fromEntries(given);
  return entries === undefined
    ? others
    : { ...others, Entries: (entries as readonly JsonMembers[]).map(sqsMembers) };
}
