import type { ResourceKeeper } from '../resource-keeper.ts';
import type { SubscriptionResource, TopicResource } from './resources.ts';
import type { Topics } from './topics.ts';

/** The keepers of SNS's resources. Puts reject with what SNS answers. */
export interface SnsKeepers {
  /** Topics with the subscriptions that stand in them; the others stay as they are. */
  readonly topics: ResourceKeeper<TopicResource>;
  readonly subscriptions: ResourceKeeper<SubscriptionResource>;
}

export function createSnsKeepers(topics: Topics): SnsKeepers {
  return {
    topics: {
      async put({ arn, topicName, attributes, tags, subscriptions }) {
        const before = topics.findTopic(arn)?.ownSubscriptions ?? [];
        const ownSubscriptions = subscriptions.map((subscription) => subscription.arn);
        topics.put({ arn, topicName, attributes, tags, ownSubscriptions });
        for (const subscription of subscriptions) topics.putSubscription(subscription);
        for (const former of before) if (!ownSubscriptions.includes(former)) topics.unsubscribe(former);
      },
      remove: async ({ arn }) => topics.delete(arn),
    },
    subscriptions: {
      put: async (subscription) => void topics.putSubscription(subscription),
      remove: async ({ arn }) => topics.unsubscribe(arn),
    },
  };
}
