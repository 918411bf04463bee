import { createHash, randomUUID } from 'node:crypto';
import { AwsError } from '../aws.ts';
import { isJsonMembers } from '../json-operations.ts';
import { parseJson } from '../json-text.ts';
import { maximumMessageSize } from './attributes.ts';
import { invalidParameter } from './errors.ts';
import { type MessageAttribute, type Notification, signatureVersionOf } from './notification.ts';
import { isFifo, type Topic } from './topic.ts';

/** What a call publishes. */
export interface Publication {
  readonly message: string;
  readonly subject?: string | undefined;
  readonly messageStructure?: string | undefined;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly messageGroupId?: string | undefined;
  readonly messageDeduplicationId?: string | undefined;
}

/** Texts of up to 128 characters. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const ID = /^[\x21-\x7e]{1,128}$/;
const MAX_SUBJECT_LENGTH = 100;
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that a subject must not have
const CONTROL = /[\u0000-\u001f\u007f]/;

const ATTRIBUTE_NAME = /^(?!aws\.|amazon\.)(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/i;
const ATTRIBUTE_TYPE = /^(String|Number|Binary)(\.[A-Za-z0-9_.-]+)?$/;

/** A message as SNS takes it to be delivered, but for its place in a FIFO topic. Throws what Publish answers. */
export function notificationOf(topic: Topic, publication: Publication, publishedAtMs: number): Notification {
  const { subject, attributes, messageGroupId } = publication;
  checkSubject(subject);
  checkAttributes(attributes);
  if (publication.message === '') throw invalidParameter('Empty message');
  if (sizeOf(publication) > maximumMessageSize(topic.attributes)) throw invalidParameter('Message too long');
  checkId('MessageGroupId', messageGroupId);
  const messageDeduplicationId = deduplicationId(topic, publication);
  return {
    messageId: randomUUID(),
    topicArn: topic.arn,
    messages: messagesOf(publication),
    attributes,
    publishedAtMs,
    signatureVersion: signatureVersionOf(topic),
    ...(subject !== undefined && { subject }),
    ...(messageGroupId !== undefined && { messageGroupId }),
    ...(messageDeduplicationId !== undefined && { messageDeduplicationId }),
  };
}

function checkSubject(subject: string | undefined): void {
  if (subject === undefined) return;
  if (subject !== '' && subject.length <= MAX_SUBJECT_LENGTH && !CONTROL.test(subject)) return;
  throw invalidParameter('Subject');
}

/** Throws `ParameterValueInvalid`. https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */
function checkAttributes(attributes: Publication['attributes']): void {
  for (const [name, { Type, Value }] of Object.entries(attributes)) {
    if (!ATTRIBUTE_NAME.test(name)) throw invalidValue(`The message attribute name '${name}' is not valid.`);
    if (!ATTRIBUTE_TYPE.test(Type)) {
      throw invalidValue(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    if (Value === '') {
      throw invalidValue(
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${Type}'.`,
      );
    }
    if (Type.startsWith('Number') && !Number.isFinite(Number(Value))) {
      throw invalidValue(`Could not cast message attribute '${name}' value to number.`);
    }
  }
}

function invalidValue(message: string): AwsError {
  return new AwsError('ParameterValueInvalid', message);
}

function sizeOf({ message, attributes }: Publication): number {
  const ofAttributes = Object.entries(attributes).map(([name, { Type, Value }]) => {
    const value = Type.startsWith('Binary') ? Buffer.from(Value, 'base64').length : Buffer.byteLength(Value);
    return Buffer.byteLength(name) + Buffer.byteLength(Type) + value;
  });
  return ofAttributes.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(message));
}

function checkId(name: string, value: string | undefined): void {
  if (value !== undefined && !ID.test(value))
    throw invalidParameter(`${name} Reason: '${value}' is not valid`);
}

/** Of a FIFO topic alone, which must have a group and a way to tell duplicates. */
function deduplicationId(topic: Topic, publication: Publication): string | undefined {
  const { messageGroupId, messageDeduplicationId: id } = publication;
  if (!isFifo(topic)) {
    if (id === undefined) return undefined;
    throw invalidParameter(
      'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    );
  }
  if (messageGroupId === undefined) {
    throw invalidParameter('The MessageGroupId parameter is required for FIFO topics');
  }
  checkId('MessageDeduplicationId', id);
  if (id !== undefined) return id;
  if (topic.attributes['ContentBasedDeduplication'] === 'true') {
    return createHash('sha256').update(publication.message).digest('hex');
  }
  throw invalidParameter(
    'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}

/** By protocol, where the message is a structure. */
function messagesOf({ message, messageStructure }: Publication): Notification['messages'] {
  if (messageStructure === undefined) return { default: message };
  if (messageStructure !== 'json')
    throw invalidParameter(`MessageStructure Reason: it must be json, not ${messageStructure}`);
  const parsed = parseJson(message);
  if (!isJsonMembers(parsed)) {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const texts = Object.entries(parsed).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  if (!texts.some(([key]) => key === 'default')) {
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  }
  return Object.fromEntries(texts);
}
