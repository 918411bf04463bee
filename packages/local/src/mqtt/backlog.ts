import type { AedesPublishPacket, Client } from 'aedes';
import type { MqttMessage } from '../contracts.ts';
import type { Outbox } from './outbox.ts';
import type { RetainedMessages } from './persistence.ts';
import type { Sessions } from './sessions.ts';

interface BacklogOptions {
  readonly sessions: Sessions;
  readonly retained: RetainedMessages;
  readonly outbox: Outbox;
}

/** What has to wait: messages are kept here for whoever is to get them later, and given out when somebody comes. */
export class Backlog {
  readonly #options: BacklogOptions;

  constructor(options: BacklogOptions) {
    this.#options = options;
  }

  /** Keeps a message for those who are to get it later; whether there is anything to keep. */
  deposit(message: MqttMessage, retain: boolean): boolean {
    const { sessions, retained } = this.#options;
    if (message.topic.startsWith('$aws/rules/')) return false;
    if (retain) retained.store(message);
    const isQueued = message.qos === 1 && sessions.enqueue(message);
    return retain || isQueued;
  }

  /** Gives a client what waits in its session and has not been sent yet, as far as there is room. */
  deliverTo(client: Client): void {
    const { sessions, outbox } = this.#options;
    if (client.clean || !client.connected) return;
    for (const { topic, payload } of sessions.waiting(client.id)) {
      if (outbox.isFull(client)) return;
      outbox.send(client, unnumbered(topic, payload));
    }
  }
}

/** A QoS 1 message without a number, which aedes gives it. */
function unnumbered(topic: string, payload: Buffer): AedesPublishPacket {
  const numbers = { brokerId: '', brokerCounter: 0 };
  return { cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false, ...numbers };
}
