import type { SubscriptionResource, TopicResource } from './resources.ts';

export interface Topic extends Omit<TopicResource, 'logicalId' | 'subscriptions'> {
  /** ARNs of the subscriptions that stand in the topic of a template. */
  readonly ownSubscriptions?: readonly string[];
}

export interface Subscription extends Omit<SubscriptionResource, 'logicalId'> {
  /** Whether the endpoint has not said yet that it wants to be reached. */
  readonly isPending: boolean;
}

export const isFifo = ({ attributes }: Pick<Topic, 'attributes'>): boolean =>
  attributes['FifoTopic'] === 'true';
