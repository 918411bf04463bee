import { Readable } from 'node:stream';
import type { AedesPublishPacket, Client, Subscription } from 'aedes';
import type { Collections } from '../data/collections.ts';
import type { Sessions } from './sessions.ts';

/** A message that waits on its topic for whoever subscribes to it. */
interface RetainedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
}

interface Record extends Omit<RetainedMessage, 'payload' | 'topic'> {
  /** Base64. */
  readonly payload: string;
}

/**
 * Retained messages, one a topic. Source:
 * https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-retain
 */
export class RetainedMessages {
  readonly #byTopic: Map<string, Record>;

  constructor(collections: Collections) {
    this.#byTopic = collections.open('retainedMessages');
  }

  /** Takes the place of the message that is there; an empty one takes it away. */
  store({ topic, payload, qos }: RetainedMessage): void {
    if (payload.length === 0) this.#byTopic.delete(topic);
    else this.#byTopic.set(topic, { payload: payload.toString('base64'), qos });
  }

  find(topic: string): RetainedMessage | undefined {
    const record = this.#byTopic.get(topic);
    return record && { topic, ...record, payload: Buffer.from(record.payload, 'base64') };
  }
}

type ClientId = Pick<Client, 'id'>;

interface PersistenceOptions {
  readonly sessions: Sessions;
  readonly retained: RetainedMessages;
  /** Whether a client may not be sent any more before it acknowledges something. */
  readonly isFull: (client: Client) => boolean;
}

/**
 * Where aedes finds what AWS IoT keeps. Messages are kept before they are acknowledged, which is before aedes would
 * have them kept; and nothing is here for QoS 2, which is refused before.
 */
export class Persistence {
  readonly #options: PersistenceOptions;

  constructor(options: PersistenceOptions) {
    this.#options = options;
  }

  async setup(): Promise<void> {}

  async storeRetained(): Promise<void> {}

  async subscriptionsByTopic(): Promise<readonly never[]> {
    return [];
  }

  async outgoingEnqueue(): Promise<void> {}

  async outgoingEnqueueCombi(): Promise<void> {}

  async putWill(): Promise<void> {}

  async delWill(): Promise<void> {}

  streamWill(): Readable {
    return Readable.from([]);
  }

  /**
   * Filters with wildcards get no retained message. Source:
   * https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-differences
   */
  createRetainedStreamCombi(filters: readonly string[]): Readable {
    const found = filters.flatMap((filter) => this.#options.retained.find(filter) ?? []);
    return Readable.from(found.map((message) => ({ cmd: 'publish', ...message })));
  }

  async subscriptionsByClient({ id }: ClientId): Promise<readonly object[]> {
    return (this.#options.sessions.subscriptionsOf(id) ?? []).map((subscription) => ({ ...subscription }));
  }

  async addSubscriptions({ id }: ClientId, subscriptions: readonly Subscription[]): Promise<void> {
    this.#options.sessions.subscribe(id, subscriptions);
  }

  async removeSubscriptions({ id }: ClientId, filters: readonly string[]): Promise<void> {
    this.#options.sessions.unsubscribe(id, filters);
  }

  async cleanSubscriptions({ id }: ClientId): Promise<void> {
    this.#options.sessions.end(id);
  }

  /** As many as the client may have unacknowledged. */
  outgoingStream(client: Client): Readable {
    const { isFull } = this.#options;
    const waiting = this.#options.sessions.waiting(client.id);
    return Readable.from(
      (function* () {
        while (!isFull(client)) {
          const { done, value } = waiting.next();
          if (done === true) return;
          yield { cmd: 'publish', topic: value.topic, payload: value.payload, qos: 1 };
        }
      })(),
      { highWaterMark: 1 },
    );
  }

  async outgoingUpdate({ id }: ClientId, { payload, messageId }: AedesPublishPacket): Promise<void> {
    if (messageId !== undefined) this.#options.sessions.sent(id, payload as Buffer, messageId);
  }

  /**
   * A PUBACK has come, or a message is not sent to the client: one without an id, which has come to a subscription,
   * may wait for its PUBACK already, or for its turn.
   */
  async outgoingClearMessageId(
    { id, connected }: Pick<Client, 'id' | 'connected'>,
    packet: Partial<AedesPublishPacket>,
  ): Promise<Partial<AedesPublishPacket>> {
    // mqtt-packet gives a PUBACK a payload of null.
    const payload = packet.payload as Buffer | null;
    if (payload === null) {
      if (packet.messageId !== undefined) this.#options.sessions.acknowledged(id, packet.messageId);
    } else if (packet.messageId !== undefined || (connected && !this.#options.sessions.isSent(id, payload))) {
      this.#options.sessions.drop(id, payload);
    }
    return packet;
  }
}
