import type { Collections } from '../data/collections.ts';

/** A message that waits on its topic for whoever subscribes to it. */
export interface RetainedMessage {
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
