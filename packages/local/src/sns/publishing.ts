import type { Clock } from '../clock.ts';
import type { Delivery } from './delivery.ts';
import type { FifoOrder } from './fifo.ts';
import { bodyFor, type Notification } from './notification.ts';
import { notificationOf, type Publication } from './publish.ts';
import { isFifo, type Topic } from './topic.ts';
import type { Topics } from './topics.ts';

export interface PublishingOptions {
  readonly topics: Topics;
  readonly order: FifoOrder;
  readonly delivery: Pick<Delivery, 'deliver'>;
  readonly clock: Clock;
}

/** What publishing a message came to. */
export interface Published {
  readonly messageId: string;
  readonly sequenceNumber?: string;
}

/** Publishes messages to topics: each goes to the subscriptions that are confirmed and whose filter lets it through. */
export class Publishing {
  readonly #options: PublishingOptions;

  constructor(options: PublishingOptions) {
    this.#options = options;
  }

  /** Throws what Publish answers. */
  publish(topic: Topic, publication: Publication): Published {
    const { order, clock } = this.#options;
    const notification = notificationOf(topic, publication, clock.now());
    if (!isFifo(topic)) {
      this.#fanOut(notification);
      return { messageId: notification.messageId };
    }
    const { messageId, sequenceNumber, isDuplicate } = order.place(topic, notification);
    if (!isDuplicate) this.#fanOut({ ...notification, sequenceNumber });
    return { messageId, sequenceNumber };
  }

  #fanOut(notification: Notification): void {
    const { topics, delivery } = this.#options;
    for (const subscription of topics.subscriptions(notification.topicArn)) {
      if (subscription.isPending) continue;
      const filter = topics.filterOf(subscription);
      const isWanted = filter?.(notification, bodyFor(notification, subscription.protocol)) ?? true;
      if (isWanted) delivery.deliver(subscription, notification);
    }
  }
}
