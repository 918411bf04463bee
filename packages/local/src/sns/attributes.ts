import { isJsonMembers, type JsonMembers } from '../json-operations.ts';
import { parseJson } from '../json-text.ts';
import { invalidParameter } from './errors.ts';
import { compileFilterPolicy, type FilterPolicyScope } from './filter-policy.ts';
import { PROTOCOLS } from './protocols.ts';

type Attributes = Readonly<Record<string, string>>;
type Check = (value: string) => boolean;

const anything: Check = () => true;
const isFlag: Check = (value) => value === 'true' || value === 'false';
const isOneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value);
const isJsonObject: Check = (value) => jsonObjectOf(value) !== undefined;

const MESSAGE_SIZE = { least: 1_024, most: 1_048_576, otherwise: 262_144 };
const isMessageSize: Check = (value) =>
  /^\d+$/.test(value) && Number(value) >= MESSAGE_SIZE.least && Number(value) <= MESSAGE_SIZE.most;

/** What changes what SNS does in a way that does not run here. */
const refused = (what: string): Check => {
  return () => {
    throw invalidParameter(`Attributes Reason: the laptop runtime ${what}: leave it out`);
  };
};

/** https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html */
const TOPIC: ReadonlyMap<string, Check> = new Map([
  ['ArchivePolicy', refused('keeps no archive of messages (ArchivePolicy)')],
  ['ContentBasedDeduplication', isFlag],
  ['DataProtectionPolicy', refused('does not look for sensitive data (DataProtectionPolicy)')],
  ['DeliveryPolicy', isJsonObject],
  ['DisplayName', anything],
  ['FifoThroughputScope', isOneOf('Topic', 'MessageGroup')],
  ['KmsMasterKeyId', anything],
  ['MaximumMessageSize', isMessageSize],
  ['Policy', isJsonObject],
  ['SignatureVersion', isOneOf('1', '2')],
  ['TracingConfig', isOneOf('PassThrough', 'Active')],
]);

const FEEDBACK = /^(?:HTTP|Firehose|Lambda|Application|SQS)(?:Success|Failure)Feedback/;

const OF_FIFO_TOPICS: readonly string[] = ['ContentBasedDeduplication', 'FifoThroughputScope'];

/** Throws `InvalidParameter` for an attribute that a topic can't have. */
export function checkTopicAttributes(attributes: Attributes, isFifo: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (FEEDBACK.test(name)) refused(`does not log the status of deliveries (${name})`)(value);
    const check = TOPIC.get(name);
    if (check === undefined) throw invalidParameter(`Attributes Reason: Unknown attribute ${name}`);
    if (!isFifo && OF_FIFO_TOPICS.includes(name)) {
      throw invalidParameter(`Attributes Reason: ${name} is for FIFO topics only`);
    }
    if (!check(value)) throw invalidParameter(`Attributes Reason: ${name} can't be '${value}'`);
  }
}

/** How long messages of a topic may be, in bytes. */
export const maximumMessageSize = (attributes: Attributes): number =>
  Number(attributes['MaximumMessageSize'] ?? MESSAGE_SIZE.otherwise);

const isDeadLetterPolicy: Check = (value) =>
  /^arn:aws:sqs:[^:]+:\d{12}:[^:]+$/.test(String(jsonObjectOf(value)?.['deadLetterTargetArn']));

/** https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html */
const SUBSCRIPTION: ReadonlyMap<string, Check> = new Map([
  ['DeliveryPolicy', isJsonObject],
  ['FilterPolicy', isJsonObject],
  ['FilterPolicyScope', isOneOf('MessageAttributes', 'MessageBody')],
  ['RawMessageDelivery', isFlag],
  ['RedrivePolicy', isDeadLetterPolicy],
  ['ReplayPolicy', refused('keeps no archive to replay messages from (ReplayPolicy)')],
  ['SubscriptionRoleArn', anything],
]);

/** Attributes that are taken back by setting them to an empty text. */
const REMOVABLE: readonly string[] = ['DeliveryPolicy', 'FilterPolicy', 'RedrivePolicy'];

/** Without those that are set to nothing. Throws `InvalidParameter` for what a subscription can't have. */
export function subscriptionAttributes(protocol: string, given: Attributes): Attributes {
  const attributes = Object.fromEntries(
    Object.entries(given).filter(([name, value]) => !(REMOVABLE.includes(name) && isNothing(value))),
  );
  for (const [name, value] of Object.entries(attributes)) {
    const check = SUBSCRIPTION.get(name);
    if (check === undefined) throw invalidParameter('AttributeName');
    if (!check(value)) throw invalidParameter(`${name}: '${value}' is not valid`);
  }
  if (attributes['RawMessageDelivery'] === 'true' && PROTOCOLS.get(protocol)?.canBeRaw !== true) {
    throw invalidParameter(
      `Attributes Reason: Delivery protocol [${protocol}] does not support raw message delivery.`,
    );
  }
  filterOf(attributes);
  return attributes;
}

/** What a subscription's attributes let through; undefined where that is everything. Throws `InvalidParameter`. */
export function filterOf({ FilterPolicy: policy, FilterPolicyScope: scope }: Attributes) {
  if (policy === undefined) return undefined;
  return compileFilterPolicy(policy, (scope as FilterPolicyScope | undefined) ?? 'MessageAttributes');
}

/** The queue of what a subscription can't deliver. */
export function deadLetterQueueArn({ RedrivePolicy: policy }: Attributes): string | undefined {
  return policy === undefined ? undefined : String(jsonObjectOf(policy)?.['deadLetterTargetArn']);
}

function isNothing(value: string): boolean {
  return value === '' || value === '{}';
}

function jsonObjectOf(text: string): JsonMembers | undefined {
  const value = parseJson(text);
  return isJsonMembers(value) ? value : undefined;
}
