import { AwsError } from '../../aws.ts';
import { invalidParameter } from '../errors.ts';
import type { Publication } from '../publish.ts';
import type { Input } from './input.ts';
import type { ApiContext, Operation } from './operation.ts';

/**
 * To topics alone: there are no phones and no apps on a laptop.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export const publish: Operation = (input, { topics, publishing }) => {
  if (input.optionalText('PhoneNumber') !== undefined) {
    throw invalidParameter('PhoneNumber Reason: the laptop runtime sends no messages to phones');
  }
  const topicArn = input.optionalText('TopicArn') ?? input.optionalText('TargetArn');
  if (topicArn === undefined)
    throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
  const { messageId, sequenceNumber } = publishing.publish(topics.topic(topicArn), publicationOf(input));
  return { MessageId: messageId, SequenceNumber: sequenceNumber };
};

function publicationOf(input: Input): Publication {
  return {
    message: input.text('Message'),
    subject: input.optionalText('Subject'),
    messageStructure: input.optionalText('MessageStructure'),
    attributes: input.messageAttributes(),
    messageGroupId: input.optionalText('MessageGroupId'),
    messageDeduplicationId: input.optionalText('MessageDeduplicationId'),
  };
}

const MAX_ENTRIES = 10;
const MAX_BYTES = 262_144;
const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/;

/** https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
export const publishBatch: Operation = (input, context) => {
  const topic = context.topics.topic(input.text('TopicArn'));
  const entries = input.structures('PublishBatchRequestEntries').map((entry) => {
    return { id: entry.text('Id'), publication: publicationOf(entry) };
  });
  checkEntries(entries.map(({ id }) => id));
  const bytes = entries.reduce((sum, { publication }) => sum + Buffer.byteLength(publication.message), 0);
  if (bytes > MAX_BYTES) {
    throw new AwsError(
      'BatchRequestTooLong',
      'The length of all the messages put together is more than the limit.',
    );
  }
  const results = entries.map(({ id, publication }) => ({
    id,
    ...publishEntry(topic, publication, context),
  }));
  return {
    Successful: results.flatMap(({ id, placed }) =>
      placed === undefined
        ? []
        : [{ Id: id, MessageId: placed.messageId, SequenceNumber: placed.sequenceNumber }],
    ),
    Failed: results.flatMap(({ id, error }) =>
      error === undefined ? [] : [{ Id: id, Code: error.code, Message: error.message, SenderFault: true }],
    ),
  };
};

function checkEntries(ids: readonly string[]): void {
  if (ids.length === 0) {
    throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  }
  if (ids.length > MAX_ENTRIES) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      'The batch request contains more entries than permissible.',
    );
  }
  if (!ids.every((id) => ENTRY_ID.test(id))) {
    throw new AwsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  if (new Set(ids).size < ids.length) {
    throw new AwsError(
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries in the request have the same Id.',
    );
  }
}

function publishEntry(
  topic: Parameters<ApiContext['publishing']['publish']>[0],
  publication: Publication,
  { publishing }: ApiContext,
) {
  try {
    return { placed: publishing.publish(topic, publication) };
  } catch (error) {
    if (error instanceof AwsError) return { error };
    throw error;
  }
}
