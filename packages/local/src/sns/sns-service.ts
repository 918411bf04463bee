import { randomUUID } from 'node:crypto';
import { AwsError, type AwsService } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { RuntimeLog, TopicPublisher } from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { parseQueryCall, queryResponse } from '../query-protocol.ts';
import { Input } from './api/input.ts';
import type { ApiContext, Operation } from './api/operation.ts';
import { publish, publishBatch } from './api/publish-operations.ts';
import {
  confirmSubscription,
  getSubscriptionAttributes,
  listSubscriptions,
  listSubscriptionsByTopic,
  setSubscriptionAttributes,
  subscribe,
  unsubscribe,
} from './api/subscription-operations.ts';
import {
  createTopic,
  deleteTopic,
  getTopicAttributes,
  listTagsForResource,
  listTopics,
  setTopicAttributes,
  tagResource,
  untagResource,
} from './api/topic-operations.ts';
import { Delivery } from './delivery.ts';
import { FifoOrder } from './fifo.ts';
import { createSnsKeepers, type SnsKeepers } from './keepers.ts';
import { Publishing } from './publishing.ts';
import type { Endpoints } from './send.ts';
import { Topics } from './topics.ts';

export interface SnsOptions extends Endpoints {
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  readonly log: RuntimeLog;
  /** Keeps topics, subscriptions and what is not delivered yet; in memory by default. */
  readonly collections?: Collections;
}

export interface Sns extends TopicPublisher, SnsKeepers {
  /** Answers the API's calls: AWS's query protocol. */
  readonly handle: AwsService;
  /** Goes on with what an earlier runtime has not delivered. */
  resume(): void;
  /** Ends the waiting for retries, and resolves once what is on its way has arrived. */
  close(): Promise<void>;
}

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

/** The operations of SNS that run here, by name. */
export const SNS_OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['ConfirmSubscription', confirmSubscription],
  ['CreateTopic', createTopic],
  ['DeleteTopic', deleteTopic],
  ['GetSubscriptionAttributes', getSubscriptionAttributes],
  ['GetTopicAttributes', getTopicAttributes],
  ['ListSubscriptions', listSubscriptions],
  ['ListSubscriptionsByTopic', listSubscriptionsByTopic],
  ['ListTagsForResource', listTagsForResource],
  ['ListTopics', listTopics],
  ['Publish', publish],
  ['PublishBatch', publishBatch],
  ['SetSubscriptionAttributes', setSubscriptionAttributes],
  ['SetTopicAttributes', setTopicAttributes],
  ['Subscribe', subscribe],
  ['TagResource', tagResource],
  ['Unsubscribe', unsubscribe],
  ['UntagResource', untagResource],
]);

/**
 * Amazon SNS: topics, and their delivery to queues and functions. Other endpoints are kept, and nothing is sent to them.
 */
export function createSns(options: SnsOptions): Sns {
  const { clock, accountId, collections = memoryCollections } = options;
  const topics = new Topics({ ...options, collections });
  const delivery = new Delivery({ ...options, collections, topics });
  const publishing = new Publishing({ topics, order: new FifoOrder(collections), delivery, clock });
  const context: ApiContext = { topics, publishing, accountId };
  return {
    ...createSnsKeepers(topics),
    async publish(topicArn, message, { attributes = {}, ...others } = {}) {
      const typed = Object.entries(attributes).map(
        ([name, Value]) => [name, { Type: 'String', Value }] as const,
      );
      publishing.publish(topics.topic(topicArn), {
        message,
        ...others,
        attributes: Object.fromEntries(typed),
      });
      await collections.committed();
    },
    async handle(request) {
      const call = parseQueryCall(request);
      const operation = SNS_OPERATIONS.get(call.action);
      if (operation === undefined) throw unknownAction(call.action);
      const result = operation(new Input(call.members), context);
      return queryResponse(call, result, { namespace: NAMESPACE, requestId: randomUUID() });
    },
    resume: () => delivery.resume(),
    close: () => delivery.close(),
  };
}

function unknownAction(action: string): AwsError {
  const operations = [...SNS_OPERATIONS.keys()].join(', ');
  return new AwsError(
    'InvalidAction',
    `The laptop runtime does not run the operation '${action}' of SNS: it has ${operations}.`,
  );
}
