import { AwsError } from '../../aws.ts';
import { checkTags } from '../check-topic.ts';
import type { Topic } from '../topic.ts';
import { type ApiContext, mapOf, type Operation, pageOf } from './operation.ts';

/** https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
export const createTopic: Operation = (input, { topics }) => {
  const { arn } = topics.create(input.text('Name'), input.map('Attributes'), input.tags());
  return { TopicArn: arn };
};

/** A topic that is not there is deleted, too. https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html */
export const deleteTopic: Operation = (input, { topics }) => {
  topics.delete(input.text('TopicArn'));
  return undefined;
};

/** https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html */
export const listTopics: Operation = (input, { topics }) => {
  const { items, ...next } = pageOf(topics.topics(), input);
  return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), ...next };
};

/** https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html */
export const getTopicAttributes: Operation = (input, { topics, accountId }) => {
  const { arn, attributes } = topics.topic(input.text('TopicArn'));
  const subscriptions = topics.subscriptions(arn);
  const pending = subscriptions.filter(({ isPending }) => isPending).length;
  const all = {
    TopicArn: arn,
    Owner: accountId,
    DisplayName: '',
    Policy: defaultPolicy(arn, accountId),
    EffectiveDeliveryPolicy: attributes['DeliveryPolicy'] ?? DEFAULT_DELIVERY_POLICY,
    SubscriptionsConfirmed: String(subscriptions.length - pending),
    SubscriptionsPending: String(pending),
    SubscriptionsDeleted: '0',
    ...attributes,
  };
  return { Attributes: mapOf(all) };
};

/** https://docs.aws.amazon.com/sns/latest/dg/creating-delivery-policy.html */
const DEFAULT_DELIVERY_POLICY = JSON.stringify({
  http: {
    defaultHealthyRetryPolicy: {
      minDelayTarget: 20,
      maxDelayTarget: 20,
      numRetries: 3,
      numMaxDelayRetries: 0,
      numNoDelayRetries: 0,
      numMinDelayRetries: 0,
      backoffFunction: 'linear',
    },
    disableSubscriptionOverrides: false,
    defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8' },
  },
});

/** The owner may do everything. https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html */
function defaultPolicy(arn: string, accountId: string): string {
  const actions = [
    'GetTopicAttributes',
    'SetTopicAttributes',
    'AddPermission',
    'RemovePermission',
    'DeleteTopic',
    'Subscribe',
    'ListSubscriptionsByTopic',
    'Publish',
  ];
  const statement = {
    Sid: '__default_statement_ID',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: actions.map((action) => `SNS:${action}`),
    Resource: arn,
    Condition: { StringEquals: { 'AWS:SourceOwner': accountId } },
  };
  return JSON.stringify({ Version: '2008-10-17', Id: '__default_policy_ID', Statement: [statement] });
}

/** https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html */
export const setTopicAttributes: Operation = (input, { topics }) => {
  const topic = topics.topic(input.text('TopicArn'));
  const [name, value] = [input.text('AttributeName'), input.optionalText('AttributeValue') ?? ''];
  const { FifoTopic: fifo, ...attributes } = topic.attributes;
  const changed = { ...attributes, [name]: value };
  topics.put({ ...topic, attributes: { ...(fifo !== undefined && { FifoTopic: fifo }), ...changed } });
  return undefined;
};

/** https://docs.aws.amazon.com/sns/latest/api/API_TagResource.html */
export const tagResource: Operation = (input, context) => {
  const topic = taggedTopic(input.text('ResourceArn'), context);
  const tags = { ...topic.tags, ...input.tags() };
  checkTags(tags);
  context.topics.put({ ...topic, tags });
  return {};
};

/** https://docs.aws.amazon.com/sns/latest/api/API_UntagResource.html */
export const untagResource: Operation = (input, context) => {
  const topic = taggedTopic(input.text('ResourceArn'), context);
  const keys = input.texts('TagKeys');
  const tags = Object.fromEntries(Object.entries(topic.tags).filter(([key]) => !keys.includes(key)));
  context.topics.put({ ...topic, tags });
  return {};
};

/** https://docs.aws.amazon.com/sns/latest/api/API_ListTagsForResource.html */
export const listTagsForResource: Operation = (input, context) => {
  const { tags } = taggedTopic(input.text('ResourceArn'), context);
  return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
};

function taggedTopic(arn: string, { topics }: ApiContext): Topic {
  const topic = topics.findTopic(arn);
  if (topic === undefined) throw new AwsError('ResourceNotFound', 'Resource does not exist', 404);
  return topic;
}
