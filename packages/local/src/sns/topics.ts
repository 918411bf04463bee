import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Collections } from '../data/collections.ts';
import { filterOf, subscriptionAttributes } from './attributes.ts';
import { checkedTopic } from './check-topic.ts';
import { invalidParameter, notFound } from './errors.ts';
import type { MessageFilter } from './filter-policy.ts';
import { PROTOCOLS } from './protocols.ts';
import type { SubscriptionResource } from './resources.ts';
import { isFifo, type Subscription, type Topic } from './topic.ts';

export interface TopicsOptions {
  readonly region: string;
  readonly accountId: string;
  readonly collections: Collections;
}

const FIFO = '.fifo';

/** What is given of a new subscription. */
export type NewSubscription = Pick<SubscriptionResource, 'topicArn' | 'protocol' | 'endpoint' | 'attributes'>;

/** The topics of an account with their subscriptions. Throws what SNS answers. */
export class Topics {
  readonly #options: TopicsOptions;
  /** By ARN. */
  readonly #topics: Map<string, Topic>;
  readonly #subscriptions: Map<string, Subscription>;
  /** By the subscription's ARN; those without a policy are not here. */
  readonly #filters = new Map<string, MessageFilter>();

  constructor(options: TopicsOptions) {
    this.#options = options;
    this.#topics = options.collections.open('topics');
    this.#subscriptions = options.collections.open('subscriptions');
    for (const subscription of this.#subscriptions.values()) this.#compileFilter(subscription);
  }

  /** In the order of their ARNs. */
  topics(): readonly Topic[] {
    return [...this.#topics.values()].sort(byArn);
  }

  /** In the order of their ARNs. */
  subscriptions(topicArn?: string): readonly Subscription[] {
    const all = [...this.#subscriptions.values()];
    return all.filter((one) => topicArn === undefined || one.topicArn === topicArn).sort(byArn);
  }

  findTopic(arn: string): Topic | undefined {
    return this.#topics.get(arn);
  }

  /** Throws `NotFound`. */
  topic(arn: string): Topic {
    const topic = this.#topics.get(arn);
    if (topic === undefined) throw notFound('Topic');
    return topic;
  }

  findSubscription(arn: string): Subscription | undefined {
    return this.#subscriptions.get(arn);
  }

  /** Throws `NotFound`. */
  subscription(arn: string): Subscription {
    const subscription = this.#subscriptions.get(arn);
    if (subscription === undefined) throw notFound('Subscription');
    return subscription;
  }

  filterOf({ arn }: Pick<Subscription, 'arn'>): MessageFilter | undefined {
    return this.#filters.get(arn);
  }

  /** Gives the topic that is there already, where it is the same. Throws `InvalidParameter`. */
  create(name: string, attributes: Topic['attributes'], tags: Topic['tags']): Topic {
    const { region, accountId } = this.#options;
    const arn = `arn:aws:sns:${region}:${accountId}:${name}`;
    const topic = checkedTopic({ arn, topicName: name, attributes, tags });
    const there = this.#topics.get(arn);
    if (there === undefined) return this.#putTopic(topic);
    const differs = Object.entries(topic.attributes).some(([key, value]) => there.attributes[key] !== value);
    if (differs) throw invalidParameter('Attributes Reason: Topic already exists with different attributes');
    if (Object.keys(tags).length > 0 && !isDeepStrictEqual(there.tags, tags)) {
      throw invalidParameter('Tags Reason: Topic already exists with different tags');
    }
    return there;
  }

  /** Makes a topic, or changes the one of that ARN, which keeps its subscriptions. Throws `InvalidParameter`. */
  put(changed: Topic): Topic {
    const { arn, topicName } = changed;
    const topic = checkedTopic(changed);
    const there = this.#topics.get(arn);
    if (there !== undefined && isFifo(there) !== isFifo(topic)) {
      throw invalidParameter(`FifoTopic of ${topicName} can't be changed: give the topic another name`);
    }
    return this.#putTopic(topic);
  }

  /** With its subscriptions. */
  delete(arn: string): void {
    this.#topics.delete(arn);
    for (const subscription of this.subscriptions(arn)) this.unsubscribe(subscription.arn);
  }

  /** Gives the subscription that is there already, where it is the same. Throws `InvalidParameter` and `NotFound`. */
  subscribe(given: NewSubscription): Subscription {
    const { topicArn, protocol, endpoint } = given;
    const there = this.subscriptions(topicArn).find(
      (one) => one.protocol === protocol && one.endpoint === endpoint,
    );
    const arn = there?.arn ?? `${topicArn}:${randomUUID()}`;
    const subscription = this.#checked({ ...given, arn });
    if (there === undefined) return this.#putSubscription(subscription);
    if (isDeepStrictEqual(there.attributes, subscription.attributes)) return there;
    throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
  }

  /** Makes a subscription, or changes the one of that ARN. Throws `InvalidParameter` and `NotFound`. */
  putSubscription({
    arn,
    topicArn,
    protocol,
    endpoint,
    attributes,
  }: Omit<SubscriptionResource, 'logicalId'>) {
    return this.#putSubscription(this.#checked({ arn, topicArn, protocol, endpoint, attributes }));
  }

  unsubscribe(arn: string): void {
    this.#subscriptions.delete(arn);
    this.#filters.delete(arn);
  }

  #checked(given: Omit<Subscription, 'isPending'>): Subscription {
    const topic = this.topic(given.topicArn);
    const known = PROTOCOLS.get(given.protocol);
    if (known === undefined)
      throw invalidParameter(`Amazon SNS does not support this protocol string: ${given.protocol}`);
    if (!known.endpoint.test(given.endpoint))
      throw invalidParameter(`Endpoint: '${given.endpoint}' is not valid for ${given.protocol}`);
    if (isFifo(topic) && given.protocol !== 'sqs') {
      throw invalidParameter(`Invalid protocol type: ${given.protocol}`);
    }
    if (given.endpoint.endsWith(FIFO) && given.protocol === 'sqs' && !isFifo(topic)) {
      throw invalidParameter(
        'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
      );
    }
    const attributes = subscriptionAttributes(given.protocol, given.attributes);
    return { ...given, attributes, isPending: known.needsConfirmation };
  }

  #putTopic(topic: Topic): Topic {
    this.#topics.set(topic.arn, topic);
    return topic;
  }

  #putSubscription(subscription: Subscription): Subscription {
    this.#compileFilter(subscription);
    this.#subscriptions.set(subscription.arn, subscription);
    return subscription;
  }

  #compileFilter({ arn, attributes }: Subscription): void {
    const filter = filterOf(attributes);
    if (filter === undefined) this.#filters.delete(arn);
    else this.#filters.set(arn, filter);
  }
}

function byArn(one: { readonly arn: string }, other: { readonly arn: string }): number {
  return one.arn < other.arn ? -1 : 1;
}
