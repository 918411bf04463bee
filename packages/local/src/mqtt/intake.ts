import type { Client } from 'aedes';
import type { MqttMessage } from '../contracts.ts';

interface Place {
  step?: () => void;
}

/** Steps of things that begin one after the other and go on side by side, taken in the order in which they began. */
class InOrder {
  readonly #places: Place[] = [];

  /** Takes a place at the end. What it gives is called once, with a step that is taken when all before it are. */
  begin(): (step: () => void) => void {
    const place: Place = {};
    this.#places.push(place);
    return (step) => {
      place.step = step;
      this.#advance();
    };
  }

  #advance(): void {
    for (let step = this.#places[0]?.step; step !== undefined; step = this.#places[0]?.step) {
      this.#places.shift();
      step();
    }
  }
}

/** Sends what a service answers to a message on one of its reserved topics. */
export type Answer = () => Promise<void>;

/** A service behind reserved topics: does at once what a message asks for, where it is on one of them. */
export type TopicService = (message: MqttMessage) => Answer | undefined;

interface IntakeOptions {
  /** The rules. */
  readonly onPublish: (message: MqttMessage) => Promise<void>;
  /** Keeps a message for those who are to get it later; whether there is anything to keep. */
  readonly deposit: (message: MqttMessage, retain: boolean) => boolean;
  /** Resolves once what is kept outlives the process. */
  readonly committed: () => Promise<void>;
  readonly onAnswerFailed: (message: MqttMessage, error: Error) => void;
}

/** What happens to a client's messages one after the other: they are kept, and then they end. */
interface Order {
  readonly keeping: InOrder;
  readonly ending: InOrder;
}

/** What becomes of a client's message. */
interface Turnout {
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
  readonly #orders = new WeakMap<Client, Order>();
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
  async take(message: MqttMessage, retain: boolean): Promise<void> {
    this.#begin();
    try {
      await this.#options.onPublish(message);
      await this.#keep(message, retain);
    } finally {
      this.#end();
    }
  }

  /**
   * Rules take a client's messages side by side. A message is kept only when those before it are, so that what came
   * last is what is retained, and ends only when they do: acknowledgements go out in order. [MQTT-4.6.0-2]
   */
  takeInOrder(client: Client, message: MqttMessage, { retain, done, failed }: Turnout): void {
    const order = this.#orderOf(client);
    const keepInOrder = order.keeping.begin();
    const endInOrder = order.ending.begin();
    const succeed = () =>
      endInOrder(() => {
        this.#end();
        done();
      });
    const fail = (error: Error) =>
      endInOrder(() => {
        this.#end();
        failed(error);
      });
    const keep = () => {
      try {
        const kept = this.#keep(message, retain);
        if (kept === undefined) succeed();
        else kept.then(succeed, fail);
      } catch (error) {
        fail(error as Error);
      }
    };
    this.#begin();
    this.#options.onPublish(message).then(
      () => keepInOrder(keep),
      (error: Error) => keepInOrder(() => fail(error)),
    );
  }

  #orderOf(client: Client): Order {
    const known = this.#orders.get(client);
    if (known !== undefined) return known;
    const order = { keeping: new InOrder(), ending: new InOrder() };
    this.#orders.set(client, order);
    return order;
  }

  /** Resolves when those that are being handled are done, one way or the other. */
  settled(): Promise<void> {
    return this.#idle.promise;
  }

  #begin(): void {
    if (this.#handling === 0) this.#idle = Promise.withResolvers();
    this.#handling += 1;
  }

  #end(): void {
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
