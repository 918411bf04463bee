import { AwsError } from '../aws.ts';
import type { FunctionInvoker } from '../contracts.ts';
import { bodyFor, functionEvent, type Notification, queueEnvelope } from './notification.ts';
import type { Subscription } from './topic.ts';

/** SQS, for messages with all that SNS gives them. */
export interface QueueCaller {
  /** Rejects with what SQS answers. */
  call(action: 'SendMessage', members: Readonly<Record<string, unknown>>): Promise<unknown>;
  queueUrl(queueName: string): string;
}

/** What messages are delivered to. */
export interface Endpoints {
  readonly queues: QueueCaller;
  readonly functions: Pick<FunctionInvoker, 'invokeAsync'>;
  /** Whether a function's permissions let SNS invoke it for a topic. */
  mayInvoke(functionArn: string, topicArn: string): boolean;
}

/** A raw message has no more attributes. https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */
const MAX_RAW_ATTRIBUTES = 10;

/** Hands a message over to the endpoint of a subscription. Rejects with what the endpoint's service answers. */
export async function sendTo(
  subscription: Subscription,
  notification: Notification,
  { queues, functions, mayInvoke }: Endpoints,
): Promise<void> {
  const { arn, protocol, endpoint, topicArn } = subscription;
  if (protocol === 'sqs') return sendToQueue(endpoint, subscription, notification, queues);
  if (!mayInvoke(endpoint, topicArn)) {
    throw new AwsError(
      'AccessDeniedException',
      `no permission lets sns.amazonaws.com invoke ${endpoint}`,
      403,
    );
  }
  await functions.invokeAsync(endpoint, functionEvent(notification, arn));
}

/**
 * Sends what a subscription could not deliver to its dead-letter queue: as it was to be delivered, but for what has too
 * many attributes to be raw. Rejects with what SQS answers.
 */
export async function sendDeadLetter(
  queueArn: string,
  subscription: Subscription,
  notification: Notification,
  queues: QueueCaller,
): Promise<void> {
  const attributes = {
    ...subscription.attributes,
    ...(!canBeRaw(notification) && { RawMessageDelivery: 'false' }),
  };
  await sendToQueue(queueArn, { ...subscription, attributes }, notification, queues);
}

function canBeRaw({ attributes }: Notification): boolean {
  return Object.keys(attributes).length <= MAX_RAW_ATTRIBUTES;
}

async function sendToQueue(
  queueArn: string,
  subscription: Subscription,
  notification: Notification,
  queues: QueueCaller,
): Promise<void> {
  const { messageGroupId, messageDeduplicationId, attributes } = notification;
  const isRaw = subscription.attributes['RawMessageDelivery'] === 'true';
  if (isRaw && !canBeRaw(notification)) {
    throw new AwsError('InvalidParameterValue', `a raw message has ${MAX_RAW_ATTRIBUTES} attributes at most`);
  }
  const queueName = queueArn.split(':').at(-1) ?? '';
  await queues.call('SendMessage', {
    QueueUrl: queues.queueUrl(queueName),
    MessageBody: isRaw ? bodyFor(notification, 'sqs') : queueEnvelope(notification, subscription.arn),
    ...(isRaw && { MessageAttributes: queueAttributes(attributes) }),
    ...(messageGroupId !== undefined && { MessageGroupId: messageGroupId }),
    ...(queueName.endsWith('.fifo') && { MessageDeduplicationId: messageDeduplicationId }),
  });
}

function queueAttributes(attributes: Notification['attributes']) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { Type, Value }]) => [
      name,
      Type.startsWith('Binary')
        ? { DataType: Type, BinaryValue: Value }
        : { DataType: Type, StringValue: Value },
    ]),
  );
}
