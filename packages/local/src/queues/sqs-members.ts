import { AwsError } from '../aws.ts';
import type { JsonMembers } from '../protocol/json.ts';

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
