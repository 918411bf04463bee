import { AwsError } from '../aws.ts';
import { checkTopicAttributes } from './attributes.ts';
import { invalidParameter } from './errors.ts';
import type { Topic } from './topic.ts';

const NAME = /^[A-Za-z0-9_-]{1,256}$/;
const FIFO = '.fifo';
const MAX_TAGS = 50;

/**
 * A topic with the attributes that SNS gives it. Throws `InvalidParameter` for one that can't be.
 * https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
 */
export function checkedTopic(topic: Topic): Topic {
  const { topicName, tags } = topic;
  const { FifoTopic: fifo = 'false', ...attributes } = topic.attributes;
  if (!['true', 'false'].includes(fifo))
    throw invalidParameter(`Attributes Reason: FifoTopic can't be '${fifo}'`);
  const isFifoTopic = fifo === 'true';
  if (isFifoTopic && !topicName.endsWith(FIFO)) {
    throw invalidParameter(
      'Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.',
    );
  }
  const base = isFifoTopic ? topicName.slice(0, -FIFO.length) : topicName;
  if (!NAME.test(base) || topicName.length > 256) throw invalidParameter('Topic Name');
  checkTopicAttributes(attributes, isFifoTopic);
  checkTags(tags);
  const ofFifo = { FifoTopic: 'true', ContentBasedDeduplication: 'false' };
  return { ...topic, attributes: { ...(isFifoTopic && ofFifo), ...attributes } };
}

/** Throws `TagLimitExceeded`. */
export function checkTags(tags: Topic['tags']): void {
  if (Object.keys(tags).length <= MAX_TAGS) return;
  throw new AwsError('TagLimitExceeded', `Could not complete request: tag quota of per resource exceeded`);
}
