import type { Client } from 'aedes';
import type { MqttMessage } from '../contracts.ts';

/** Sends what a service answers to a message on one of its reserved topics. */
export type Answer = () => Promise<void>;

/** A service behind reserved topics: does at once what a message asks for, where it is on one of them. */
export type TopicService = (message: MqttMessage) => Answer | undefined;

export interface IntakeOptions {
  /** The rules. */
  readonly onPublish: (message: MqttMessage) => Promise<void>;
  /** Keeps a message for those who are to get it later; whether there is anything to keep. */
  readonly deposit: (message: MqttMessage, retain: boolean) => boolean;
  /** Resolves once what is kept outlives the process. */
  readonly committed: () => Promise<void>;
  readonly onAnswerFailed: (message: MqttMessage, error: Error) => void;
}

/**
 * What happens to each message before it is acknowledged: rules and services take it, and what has to be kept of it is
 * kept. Knows which messages are being handled.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #handling = new Set<Promise<void>>();
  /** The last message of each client that is being handled: acknowledgements go out in order. [MQTT-4.6.0-2] */
  readonly #lastOf = new WeakMap<Client, Promise<void>>();
  #service: TopicService = () => undefined;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Has a service answer what comes on its topics. */
  serve(service: TopicService): void {
    this.#service = service;
  }

  take(message: MqttMessage, retain: boolean): Promise<void> {
    const taken = this.#handle(message, retain);
    this.#handling.add(taken);
    const forget = (): void => {
      this.#handling.delete(taken);
    };
    taken.then(forget, forget);
    return taken;
  }

  /** Messages of a client are handled side by side, but one is done only when those before it are. */
  takeInOrder(client: Client, message: MqttMessage, retain: boolean): Promise<void> {
    const before = this.#lastOf.get(client);
    const taken = this.take(message, retain);
    const after = (): Promise<void> => taken;
    const inOrder = before === undefined ? taken : before.then(after, after);
    this.#lastOf.set(client, inOrder);
    return inOrder;
  }

  /** Resolves when those that are being handled now are done, one way or the other. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#handling);
  }

  async #handle(message: MqttMessage, retain: boolean): Promise<void> {
    const { onPublish, deposit, committed, onAnswerFailed } = this.#options;
    await onPublish(message);
    const answer = this.#service(message);
    const isKept = deposit(message, retain);
    if (isKept || answer !== undefined) await committed();
    // Not waited for: an answer is a message by itself.
    answer?.().catch((error: Error) => onAnswerFailed(message, error));
  }
}
