import type { Clock } from '../clock.ts';
import type { Collections } from '../data/collections.ts';

/** A message that waits on its topic for whoever subscribes to it. */
export interface RetainedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  /** Epoch milliseconds. */
  readonly lastModifiedTime: number;
}

export interface RetainedMessageSummary extends Omit<RetainedMessage, 'payload'> {
  /** Bytes. */
  readonly payloadSize: number;
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
  readonly #clock: Clock;
  readonly #byTopic: Map<string, Record>;

  constructor(clock: Clock, collections: Collections) {
    this.#clock = clock;
    this.#byTopic = collections.open('retainedMessages');
  }

  /** Takes the place of the message that is there; an empty one takes it away. */
  store({ topic, payload, qos }: Omit<RetainedMessage, 'lastModifiedTime'>): void {
    if (payload.length === 0) this.#byTopic.delete(topic);
    else {
      const lastModifiedTime = this.#clock.now();
      this.#byTopic.set(topic, { payload: payload.toString('base64'), qos, lastModifiedTime });
    }
  }

  find(topic: string): RetainedMessage | undefined {
    const record = this.#byTopic.get(topic);
    return record && { topic, ...record, payload: Buffer.from(record.payload, 'base64') };
  }

  /** In the order of their topics. */
  list(): readonly RetainedMessageSummary[] {
    return [...this.#byTopic.entries()]
      .map(([topic, { payload, qos, lastModifiedTime }]) => ({
        topic,
        payloadSize: Buffer.byteLength(payload, 'base64'),
        qos,
        lastModifiedTime,
      }))
      .sort((one, other) => (one.topic < other.topic ? -1 : 1));
  }
}
