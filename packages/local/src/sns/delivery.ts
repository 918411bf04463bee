import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';
import type { Collections } from '../data/collections.ts';
import { deadLetterQueueArn } from './attributes.ts';
import type { Notification } from './notification.ts';
import { PROTOCOLS } from './protocols.ts';
import { retryDelayMs } from './retry-delays.ts';
import { type Endpoints, sendDeadLetter, sendTo } from './send.ts';
import type { Subscription } from './topic.ts';
import type { Topics } from './topics.ts';

export interface DeliveryOptions extends Endpoints {
  readonly topics: Topics;
  readonly clock: Clock;
  /** Keeps what is not delivered yet. */
  readonly collections: Collections;
  readonly log: RuntimeLog;
}

interface Parcel {
  readonly id: string;
  readonly subscription: Subscription;
  readonly notification: Notification;
}

interface KeptParcel {
  readonly subscriptionArn: string;
  readonly notification: Notification;
}

/**
 * Delivers messages to subscriptions, to each in the order in which they came; a FIFO topic's wait for those before
 * them, however often these are tried. What an endpoint refuses for good, or for too long, goes to the subscription's
 * dead-letter queue, or is dropped with a warning.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #kept: Map<string, KeptParcel>;
  readonly #closing = new AbortController();
  /** By subscription, the end of what has been handed to it. */
  readonly #last = new Map<string, Promise<void>>();
  readonly #pending = new Set<Promise<void>>();
  /** The protocols that it was told of that nothing arrives. */
  readonly #told = new Set<string>();

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#kept = options.collections.open('snsDeliveries');
  }

  /** Returns at once. */
  deliver(subscription: Subscription, notification: Notification): void {
    if (PROTOCOLS.get(subscription.protocol)?.isDelivered !== true) {
      this.#tellOnce(subscription);
      return;
    }
    const id = randomUUID();
    this.#kept.set(id, { subscriptionArn: subscription.arn, notification });
    this.#queue({ id, subscription, notification });
  }

  /** Goes on with what an earlier runtime has not delivered; what has lost its subscription is gone with it. */
  resume(): void {
    for (const [id, { subscriptionArn, notification }] of [...this.#kept]) {
      const subscription = this.#options.topics.findSubscription(subscriptionArn);
      if (subscription === undefined) this.#kept.delete(id);
      else this.#queue({ id, subscription, notification });
    }
  }

  /** Ends the waiting for retries; what is on its way arrives. */
  async close(): Promise<void> {
    this.#closing.abort();
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  #tellOnce({ protocol, topicArn }: Subscription): void {
    if (this.#told.has(protocol)) return;
    this.#told.add(protocol);
    this.#options.log.info(
      `what is published to ${topicArn} goes to no ${protocol} endpoint: nothing leaves this machine`,
    );
  }

  #queue(parcel: Parcel): void {
    const key = parcel.subscription.arn;
    const before = this.#last.get(key) ?? Promise.resolve();
    const handedOver = before.then(() => this.#try(parcel, 0));
    this.#last.set(key, handedOver);
    this.#track(
      handedOver.then(() => {
        if (this.#last.get(key) === handedOver) this.#last.delete(key);
      }),
    );
  }

  /** Never rejects, so that what follows is delivered whatever comes of it. */
  async #try(parcel: Parcel, retries: number): Promise<void> {
    try {
      await sendTo(parcel.subscription, parcel.notification, this.#options);
    } catch (error) {
      return this.#failed(parcel, retries, error);
    }
    this.#kept.delete(parcel.id);
  }

  async #failed(parcel: Parcel, retries: number, error: unknown): Promise<void> {
    const delayMs = isRetriable(error) ? retryDelayMs(retries) : undefined;
    if (delayMs === undefined) return this.#giveUp(parcel, error);
    if (retries === 0) this.#options.log.warn(`${failureOf(parcel)}, and is tried again: ${reasonOf(error)}`);
    const retry = this.#retry(parcel, retries + 1, delayMs);
    if (parcel.notification.sequenceNumber !== undefined) return retry;
    // Not waited for: messages behind this one are not held up.
    this.#track(retry);
  }

  async #retry(parcel: Parcel, retries: number, delayMs: number): Promise<void> {
    const { clock, collections, log } = this.#options;
    try {
      await clock.sleep(delayMs, this.#closing.signal);
    } catch {
      if (!collections.areKept) log.warn(`${failureOf(parcel)}: the runtime has ended`);
      return;
    }
    await this.#try(parcel, retries);
  }

  async #giveUp(parcel: Parcel, error: unknown): Promise<void> {
    const { log } = this.#options;
    const queueArn = deadLetterQueueArn(parcel.subscription.attributes);
    try {
      if (queueArn === undefined) log.warn(`${failureOf(parcel)}, and is dropped: ${reasonOf(error)}`);
      else await sendDeadLetter(queueArn, parcel.subscription, parcel.notification, this.#options.queues);
    } catch (sendError) {
      log.error(
        `${failureOf(parcel)}, nor sent to its dead-letter queue: ${reasonOf(error)}; ${reasonOf(sendError)}`,
      );
    }
    this.#kept.delete(parcel.id);
  }

  #track(work: Promise<void>): void {
    this.#pending.add(work);
    void work.finally(() => this.#pending.delete(work));
  }
}

function failureOf({ subscription, notification }: Parcel): string {
  return `the message ${notification.messageId} of ${subscription.topicArn} could not be delivered to ${subscription.endpoint}`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Errors of the server are tried again, those of the client are not. */
function isRetriable(error: unknown): boolean {
  if (!(error instanceof AwsError)) return false;
  return error.status >= 500 || error.status === 429 || /Throttl|TooManyRequests/.test(error.code);
}
