import { invalidParameter } from '../errors.ts';
import type { Subscription } from '../topic.ts';
import { mapOf, type Operation, pageOf } from './operation.ts';

/** https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
export const subscribe: Operation = (input, { topics }) => {
  const subscription = topics.subscribe({
    topicArn: input.text('TopicArn'),
    protocol: input.text('Protocol'),
    endpoint: input.text('Endpoint'),
    attributes: input.map('Attributes'),
  });
  const isTold = !subscription.isPending || input.optionalText('ReturnSubscriptionArn') === 'true';
  return { SubscriptionArn: isTold ? subscription.arn : 'pending confirmation' };
};

/** A subscription that is not there has ended, too. https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html */
export const unsubscribe: Operation = (input, { topics }) => {
  topics.unsubscribe(input.text('SubscriptionArn'));
  return undefined;
};

/** No endpoint is asked, so that there are no tokens. https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html */
export const confirmSubscription: Operation = (input, { topics }) => {
  topics.topic(input.text('TopicArn'));
  input.text('Token');
  throw invalidParameter('Token');
};

/** https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptions.html */
export const listSubscriptions: Operation = (input, { topics, accountId }) => {
  const { items, ...next } = pageOf(topics.subscriptions(), input);
  return { Subscriptions: items.map((one) => summary(one, accountId)), ...next };
};

/** https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
export const listSubscriptionsByTopic: Operation = (input, { topics, accountId }) => {
  const { arn } = topics.topic(input.text('TopicArn'));
  const { items, ...next } = pageOf(topics.subscriptions(arn), input);
  return { Subscriptions: items.map((one) => summary(one, accountId)), ...next };
};

function summary({ arn, topicArn, protocol, endpoint, isPending }: Subscription, accountId: string) {
  return {
    TopicArn: topicArn,
    Protocol: protocol,
    SubscriptionArn: isPending ? 'PendingConfirmation' : arn,
    Owner: accountId,
    Endpoint: endpoint,
  };
}

/** https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html */
export const getSubscriptionAttributes: Operation = (input, { topics, accountId }) => {
  const { arn, topicArn, protocol, endpoint, isPending, attributes } = topics.subscription(
    input.text('SubscriptionArn'),
  );
  const all = {
    SubscriptionArn: arn,
    TopicArn: topicArn,
    Owner: accountId,
    Protocol: protocol,
    Endpoint: endpoint,
    PendingConfirmation: String(isPending),
    ConfirmationWasAuthenticated: String(!isPending),
    RawMessageDelivery: 'false',
    ...(attributes['FilterPolicy'] !== undefined && { FilterPolicyScope: 'MessageAttributes' }),
    ...attributes,
  };
  return { Attributes: mapOf(all) };
};

/** https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html */
export const setSubscriptionAttributes: Operation = (input, { topics }) => {
  const subscription = topics.subscription(input.text('SubscriptionArn'));
  const [name, value] = [input.text('AttributeName'), input.optionalText('AttributeValue') ?? ''];
  topics.putSubscription({
    ...subscription,
    attributes: { ...subscription.attributes, [name]: value },
  });
  return undefined;
};
