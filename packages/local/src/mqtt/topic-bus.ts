import type { AedesPublishPacket } from 'aedes';
import { TopicTree } from './topic-tree.ts';

/** Takes a message; calls `done` when the next one may come. */
export type Listener = (packet: AedesPublishPacket, done: () => void) => void;

/** Brings messages to the subscriptions of connected clients: aedes' emitter, with AWS IoT's topic filters. Basic Ingest goes to nobody. */
export class TopicBus {
  readonly #tree = new TopicTree<Listener>();

  /** Adds a listener; the name is the emitter's. */
  on(filter: string, listener: Listener, done?: () => void): this {
    this.#tree.add(filter, listener);
    done?.();
    return this;
  }

  removeListener(filter: string, listener: Listener, done?: () => void): this {
    this.#tree.delete(filter, listener);
    done?.();
    return this;
  }

  /** Calls `done` when everybody has taken the message. */
  emit(packet: AedesPublishPacket, done: () => void = () => undefined): this {
    const { topic } = packet;
    const listeners = topic.startsWith('$aws/rules/') ? [] : this.#tree.match(topic);
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

  close(done: () => void): this {
    setImmediate(done);
    return this;
  }
}
