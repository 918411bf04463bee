import type { TopicResource } from './resources.ts';

/** An attribute of a message, as it stands in what is delivered; `Value` is in base64 where the type is binary. */
export interface MessageAttribute {
  readonly Type: string;
  readonly Value: string;
}

/** A message that was published. */
export interface Notification {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject?: string;
  /** By protocol, and for those without one of their own by `default`. */
  readonly messages: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly publishedAtMs: number;
  readonly signatureVersion: string;
  readonly messageGroupId?: string;
  /** Of a FIFO topic, like the next. */
  readonly messageDeduplicationId?: string;
  readonly sequenceNumber?: string;
}

/** The message for a protocol. */
export function bodyFor({ messages }: Notification, protocol: string): string {
  return messages[protocol] ?? messages['default'] ?? '';
}

/** What stands in for the signature: only AWS has the key that a subscriber would verify it by. */
const SIGNATURE = 'EXAMPLE';

function regionOf({ topicArn }: Notification): string {
  return topicArn.split(':')[3] ?? '';
}

const certificateUrl = (notification: Notification) =>
  `https://sns.${regionOf(notification)}.amazonaws.com/SimpleNotificationService-00000000000000000000000000000000.pem`;

const unsubscribeUrl = (notification: Notification, subscriptionArn: string) =>
  `https://sns.${regionOf(notification)}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`;

/**
 * What a queue gets, as JSON text; from a FIFO topic without a signature.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
 * https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html
 */
export function queueEnvelope(notification: Notification, subscriptionArn: string): string {
  const { messageId, sequenceNumber, topicArn, subject, attributes, publishedAtMs } = notification;
  const isFifo = sequenceNumber !== undefined;
  return JSON.stringify({
    Type: 'Notification',
    MessageId: messageId,
    ...(isFifo && { SequenceNumber: sequenceNumber }),
    TopicArn: topicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: bodyFor(notification, 'sqs'),
    Timestamp: new Date(publishedAtMs).toISOString(),
    ...(!isFifo && {
      SignatureVersion: notification.signatureVersion,
      Signature: SIGNATURE,
      SigningCertURL: certificateUrl(notification),
    }),
    UnsubscribeURL: unsubscribeUrl(notification, subscriptionArn),
    ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
  });
}

/** The event of a function, as JSON text. https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export function functionEvent(notification: Notification, subscriptionArn: string): string {
  const { messageId, topicArn, subject = null, attributes, publishedAtMs } = notification;
  const Sns = {
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topicArn,
    Subject: subject,
    Message: bodyFor(notification, 'lambda'),
    Timestamp: new Date(publishedAtMs).toISOString(),
    SignatureVersion: notification.signatureVersion,
    Signature: SIGNATURE,
    SigningCertUrl: certificateUrl(notification),
    UnsubscribeUrl: unsubscribeUrl(notification, subscriptionArn),
    MessageAttributes: attributes,
  };
  const record = { EventVersion: '1.0', EventSubscriptionArn: subscriptionArn, EventSource: 'aws:sns', Sns };
  return JSON.stringify({ Records: [record] });
}

/** The version of the signatures of a topic. */
export const signatureVersionOf = ({ attributes }: Pick<TopicResource, 'attributes'>): string =>
  attributes['SignatureVersion'] ?? '1';
