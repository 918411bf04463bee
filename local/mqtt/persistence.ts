import { Readable } from 'node:stream';
import type { AedesPublishPacket, Client, Subscription } from 'aedes';
import type { RetainedMessages } from './retained-messages.ts';
import type { Sessions } from './sessions.ts';

type ClientId = Pick<Client, 'id'>;

/**
 * Where aedes finds what AWS IoT keeps. Messages are kept before they are acknowledged, which is before aedes would
 * have them kept; and nothing is here for QoS 2, which is refused before.
 */
export class Persistence {
  readonly #sessions: Sessions;
  readonly #retained: RetainedMessages;
  readonly #isKept: (payload: Buffer) => boolean;

  /** `isKept` tells messages that are sent once, whatever becomes of them. */
  constructor(sessions: Sessions, retained: RetainedMessages, isKept: (payload: Buffer) => boolean) {
    this.#sessions = sessions;
    this.#retained = retained;
    this.#isKept = isKept;
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
   * Filters with wildcards get no retained message, nor do shared subscriptions. Source:
   * https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-differences
   */
  createRetainedStreamCombi(filters: readonly string[]): Readable {
    const found = filters.flatMap((filter) => this.#retained.find(filter) ?? []);
    return Readable.from(found.map((message) => ({ cmd: 'publish', ...message })));
  }

  async subscriptionsByClient({ id }: ClientId): Promise<readonly object[]> {
    return (this.#sessions.subscriptionsOf(id) ?? []).map((subscription) => ({ ...subscription }));
  }

  async addSubscriptions({ id }: ClientId, subscriptions: readonly Subscription[]): Promise<void> {
    this.#sessions.subscribe(id, subscriptions);
  }

  async removeSubscriptions({ id }: ClientId, filters: readonly string[]): Promise<void> {
    this.#sessions.unsubscribe(id, filters);
  }

  async cleanSubscriptions({ id }: ClientId): Promise<void> {
    this.#sessions.end(id);
  }

  outgoingStream({ id }: ClientId): Readable {
    const waiting = this.#sessions.waiting(id);
    return Readable.from(waiting.map(({ topic, payload }) => ({ cmd: 'publish', topic, payload, qos: 1 })));
  }

  async outgoingUpdate({ id }: ClientId, { topic, payload, messageId }: AedesPublishPacket): Promise<void> {
    if (messageId !== undefined && this.#isKept(payload as Buffer)) {
      this.#sessions.sent(id, { topic, payload: payload as Buffer }, messageId);
    }
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
      if (packet.messageId !== undefined) this.#sessions.acknowledged(id, packet.messageId);
    } else if (packet.messageId !== undefined || (connected && !this.#sessions.isSent(id, payload))) {
      this.#sessions.drop(id, payload);
    }
    return packet;
  }
}
