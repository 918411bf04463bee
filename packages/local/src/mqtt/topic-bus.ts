import type { AedesPublishPacket } from 'aedes';
import { sharedSubscription } from './shared-subscription.ts';
import { TopicTree } from './topic-tree.ts';

/** Takes a message; calls `done` when the next one may come. */
export type Listener = (packet: AedesPublishPacket, done: () => void) => void;

const NOBODY: readonly Listener[] = [];

/** The connected members of a shared subscription. */
class Group {
  readonly members: Listener[] = [];
}

/**
 * Brings messages to the subscriptions of connected clients: aedes' emitter, with AWS IoT's topic filters and shared
 * subscriptions, of which a member that is chosen at random gets each message. Basic Ingest goes to nobody.
 *
 * Source: https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-shared-subscription
 */
export class TopicBus {
  readonly #tree = new TopicTree<Listener | Group>();
  /** By filter, `$share/` and all. */
  readonly #groups = new Map<string, Group>();
  readonly #random: () => number;

  /** `random` gives numbers from 0 to 1, without 1. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Adds a listener; the name is the emitter's. */
  on(filter: string, listener: Listener, done?: () => void): this {
    const shared = sharedSubscription(filter);
    if (shared === undefined) this.#tree.add(filter, listener);
    else this.#join(filter, shared.topicFilter, listener);
    done?.();
    return this;
  }

  removeListener(filter: string, listener: Listener, done?: () => void): this {
    const shared = sharedSubscription(filter);
    if (shared === undefined) this.#tree.delete(filter, listener);
    else this.#leave(filter, shared.topicFilter, listener);
    done?.();
    return this;
  }

  /** Whether a shared subscription has a member that is connected. */
  hasMembers(filter: string): boolean {
    return this.#groups.has(filter);
  }

  /** Calls `done` when everybody has taken the message. */
  emit(packet: AedesPublishPacket, done: () => void = () => undefined): this {
    const listeners = this.#listenersOf(packet.topic);
    if (listeners.length === 0) {
      done();
      return this;
    }
    let missing = listeners.length;
    const taken = () => {
      missing -= 1;
      if (missing === 0) done();
    };
    for (const listener of listeners) listener(packet, taken);
    return this;
  }

  /** Gives a message to a member of a shared subscription that has one; calls `done` when it has taken it. */
  emitTo(filter: string, packet: AedesPublishPacket, done: () => void): void {
    const group = this.#groups.get(filter);
    if (group !== undefined) this.#choose(group)(packet, done);
  }

  close(done: () => void): this {
    setImmediate(done);
    return this;
  }

  #listenersOf(topic: string): readonly Listener[] {
    if (topic.startsWith('$aws/rules/')) return NOBODY;
    const found = this.#tree.match(topic);
    return found.length === 0 ? NOBODY : found.map((one) => (one instanceof Group ? this.#choose(one) : one));
  }

  #choose({ members }: Group): Listener {
    const member = members[Math.floor(this.#random() * members.length)];
    if (member === undefined) throw new Error('a shared subscription without a member is still there');
    return member;
  }

  #join(filter: string, topicFilter: string, listener: Listener): void {
    const group = this.#groups.get(filter) ?? new Group();
    group.members.push(listener);
    this.#groups.set(filter, group);
    this.#tree.add(topicFilter, group);
  }

  #leave(filter: string, topicFilter: string, listener: Listener): void {
    const group = this.#groups.get(filter);
    const at = group?.members.indexOf(listener) ?? -1;
    if (group === undefined || at === -1) return;
    group.members.splice(at, 1);
    if (group.members.length > 0) return;
    this.#groups.delete(filter);
    this.#tree.delete(topicFilter, group);
  }
}
