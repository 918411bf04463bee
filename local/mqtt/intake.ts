import type { Client } from 'aedes';
import type { MqttMessage } from '../contracts.ts';

/** Hands messages to whoever takes them, and knows which are being handled. */
export class Intake {
  readonly #onPublish: (message: MqttMessage) => Promise<void>;
  readonly #handling = new Set<Promise<void>>();
  /** The last message of each client that is being handled: acknowledgements go out in order. [MQTT-4.6.0-2] */
  readonly #lastOf = new WeakMap<Client, Promise<void>>();

  constructor(onPublish: (message: MqttMessage) => Promise<void>) {
    this.#onPublish = onPublish;
  }

  take(message: MqttMessage): Promise<void> {
    const taken = this.#onPublish(message);
    this.#handling.add(taken);
    const forget = (): void => {
      this.#handling.delete(taken);
    };
    taken.then(forget, forget);
    return taken;
  }

  /** Messages of a client are handled side by side, but one is done only when those before it are. */
  takeInOrder(client: Client, message: MqttMessage): Promise<void> {
    const before = this.#lastOf.get(client);
    const taken = this.take(message);
    const after = (): Promise<void> => taken;
    const inOrder = before === undefined ? taken : before.then(after, after);
    this.#lastOf.set(client, inOrder);
    return inOrder;
  }

  /** Resolves when those that are being handled now are done, one way or the other. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#handling);
  }
}
