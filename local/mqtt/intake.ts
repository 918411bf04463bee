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

/** A message that is being handled, among those of its client. */
interface Place {
  /** Tells what became of it; there once that is known. */
  end?: () => void;
}

/** What becomes of a client's message. */
export interface Turnout {
  readonly retain: boolean;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/**
 * What happens to each message before it is acknowledged: rules and services take it, and what has to be kept of it is
 * kept. Knows whether messages are being handled.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #queues = new WeakMap<Client, Place[]>();
  #handling = 0;
  #idle = Promise.withResolvers<void>();
  #service: TopicService = () => undefined;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#idle.resolve();
  }

  /** Has a service answer what comes on its topics. */
  serve(service: TopicService): void {
    this.#service = service;
  }

  /** Resolves when a message has been taken. */
  take(message: MqttMessage, retain: boolean): Promise<void> {
    if (this.#handling === 0) this.#idle = Promise.withResolvers();
    this.#handling += 1;
    return this.#options.onPublish(message).then(
      () => {
        try {
          return this.#keep(message, retain);
        } finally {
          this.#handled();
        }
      },
      (error) => {
        this.#handled();
        throw error;
      },
    );
  }

  /**
   * Messages of a client are handled side by side, but one is done only when those before it are: acknowledgements go
   * out in order. [MQTT-4.6.0-2]
   */
  takeInOrder(client: Client, message: MqttMessage, { retain, done, failed }: Turnout): void {
    const queue = this.#queueOf(client);
    const place: Place = {};
    queue.push(place);
    const ends = (end: () => void) => {
      place.end = end;
      while (queue[0]?.end !== undefined) queue.shift()?.end?.();
    };
    this.take(message, retain).then(
      () => ends(done),
      (error: Error) => ends(() => failed(error)),
    );
  }

  #queueOf(client: Client): Place[] {
    const known = this.#queues.get(client);
    if (known !== undefined) return known;
    const queue: Place[] = [];
    this.#queues.set(client, queue);
    return queue;
  }

  /** Resolves when those that are being handled are done, one way or the other. */
  settled(): Promise<void> {
    return this.#idle.promise;
  }

  #handled(): void {
    this.#handling -= 1;
    if (this.#handling === 0) this.#idle.resolve();
  }

  /** Nothing to wait for where nothing has to be kept. */
  #keep(message: MqttMessage, retain: boolean): Promise<void> | undefined {
    const { deposit, committed, onAnswerFailed } = this.#options;
    const answer = this.#service(message);
    const isKept = deposit(message, retain);
    if (!isKept && answer === undefined) return undefined;
    // The answer is not waited for: it is a message by itself.
    return committed().then(() => void answer?.().catch((error: Error) => onAnswerFailed(message, error)));
  }
}
