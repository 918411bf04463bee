import type { Subscription } from 'aedes';
import type { Clock } from '../clock.ts';
import type { Collections } from '../data/collections.ts';
import { type QueuedMessage, SessionQueues } from './session-queues.ts';
import { TopicTree } from './topics.ts';

/** A subscription, as a session keeps it. */
interface SessionSubscription {
  readonly topic: string;
  readonly qos: 0 | 1;
}

interface Session {
  readonly subscriptions: readonly SessionSubscription[];
  /** Epoch milliseconds; absent while its client is connected. */
  readonly disconnectedAtMs?: number;
}

interface SessionsOptions {
  readonly clock: Clock;
  readonly collections: Collections;
}

/** "Persistent Session expiry period". Source: https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
const SESSION_EXPIRY_SECONDS = 3600;
const SWEEP_MS = 60_000;

/**
 * Persistent sessions: the subscriptions of clients that connect with cleanSession 0, and the QoS 1 messages that they
 * have not acknowledged. A session ends an hour after its client has gone. A runtime that starts again finds all
 * clients gone.
 *
 * Source: https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-persistent-sessions
 */
export class Sessions {
  readonly #clock: Clock;
  readonly #sessions: Map<string, Session>;
  readonly #queues: SessionQueues;
  /** Client ids, by what they have subscribed to with QoS 1. */
  readonly #owners = new TopicTree<string>();
  #nextSweepMs = 0;

  constructor({ clock, collections }: SessionsOptions) {
    this.#clock = clock;
    this.#sessions = collections.open('mqttSessions');
    this.#queues = new SessionQueues(collections);
    for (const [clientId, { subscriptions }] of this.#sessions) {
      for (const subscription of subscriptions) this.#index(clientId, subscription);
    }
    for (const clientId of [...this.#sessions.keys()]) this.closed(clientId);
  }

  /** A client has connected with a persistent session. */
  opened(clientId: string): void {
    this.#sessions.set(clientId, { subscriptions: this.subscriptionsOf(clientId) ?? [] });
    this.#queues.forgetSent(clientId);
  }

  /** A client has gone; from now on its session lasts an hour. */
  closed(clientId: string): void {
    const session = this.#sessions.get(clientId);
    if (session === undefined) return;
    this.#sessions.set(clientId, { disconnectedAtMs: this.#clock.now(), ...session });
    this.#endExpired();
  }

  end(clientId: string): void {
    for (const { topic } of this.#sessions.get(clientId)?.subscriptions ?? []) this.#unindex(clientId, topic);
    this.#sessions.delete(clientId);
    this.#queues.clear(clientId);
  }

  /** Undefined where there is no session. */
  subscriptionsOf(clientId: string): readonly SessionSubscription[] | undefined {
    return this.#live(clientId)?.subscriptions;
  }

  subscribe(clientId: string, subscriptions: readonly Subscription[]): void {
    const added = subscriptions.map(({ topic, qos }) => ({ topic, qos: qos === 1 ? 1 : 0 }) as const);
    this.#change(clientId, (before) => [
      ...before.filter(({ topic }) => added.every((one) => one.topic !== topic)),
      ...added,
    ]);
  }

  unsubscribe(clientId: string, filters: readonly string[]): void {
    this.#change(clientId, (before) => before.filter(({ topic }) => !filters.includes(topic)));
  }

  /** Queues a QoS 1 message for everybody who is to get it; whether there is somebody. */
  enqueue(message: QueuedMessage): boolean {
    const owners = new Set(
      this.#owners.match(message.topic).filter((owner) => this.#live(owner) !== undefined),
    );
    if (owners.size === 0) return false;
    this.#queues.add(owners, message);
    return true;
  }

  /** See {@link SessionQueues.sent}. */
  sent(clientId: string, payload: Buffer, messageId: number): void {
    this.#queues.sent(clientId, payload, messageId);
  }

  acknowledged(clientId: string, messageId: number): void {
    this.#queues.acknowledged(clientId, messageId);
  }

  drop(owner: string, payload: Buffer): void {
    this.#queues.drop(owner, payload);
  }

  /** Has a message wait for a client, where it does not yet; false where there is no session. */
  queue(clientId: string, message: QueuedMessage): boolean {
    if (!this.#sessions.has(clientId)) return false;
    this.#queues.put(clientId, message);
    return true;
  }

  /** See {@link SessionQueues.claim}. */
  claim(owner: string, payload: Buffer, isReady: boolean): boolean {
    return this.#queues.claim(owner, payload, isReady);
  }

  /** See {@link SessionQueues.isSent}. */
  isSent(clientId: string, payload: Buffer): boolean {
    return this.#queues.isSent(clientId, payload);
  }

  /** See {@link SessionQueues.waiting}. */
  waiting(owner: string): Generator<QueuedMessage> {
    return this.#queues.waiting(owner);
  }

  /** Once a minute at most: nobody may ask for a session any more. */
  #endExpired(): void {
    const now = this.#clock.now();
    if (now < this.#nextSweepMs) return;
    this.#nextSweepMs = now + SWEEP_MS;
    for (const clientId of [...this.#sessions.keys()]) this.#live(clientId);
  }

  /** A session that has expired is ended when it is asked for. */
  #live(clientId: string): Session | undefined {
    const session = this.#sessions.get(clientId);
    if (session?.disconnectedAtMs === undefined) return session;
    if (this.#clock.now() - session.disconnectedAtMs <= SESSION_EXPIRY_SECONDS * 1000) return session;
    this.end(clientId);
    return undefined;
  }

  #change(
    clientId: string,
    change: (before: readonly SessionSubscription[]) => readonly SessionSubscription[],
  ): void {
    const session = this.#sessions.get(clientId);
    if (session === undefined) return;
    const after = change(session.subscriptions);
    for (const { topic } of session.subscriptions) this.#unindex(clientId, topic);
    this.#sessions.set(clientId, { ...session, subscriptions: after });
    for (const subscription of after) this.#index(clientId, subscription);
  }

  #index(clientId: string, { topic, qos }: SessionSubscription): void {
    if (qos === 1) this.#owners.add(topic, clientId);
  }

  #unindex(clientId: string, filter: string): void {
    this.#owners.delete(filter, clientId);
  }
}
