import type { Collections } from '../data/collections.ts';

/** A message that waits to be acknowledged by a session. */
export interface QueuedMessage {
  readonly topic: string;
  readonly payload: Buffer;
}

interface Entry extends QueuedMessage {
  readonly key: string;
  /** Under which it has been sent last over this connection; 0 while it is about to be. */
  messageId?: number;
}

interface Record {
  readonly owner: string;
  readonly topic: string;
  /** Base64. */
  readonly payload: string;
}

/** Keys are in the order of numbers. */
const KEY_DIGITS = 16;

/**
 * The QoS 1 messages of persistent sessions, in order. An owner is a client id.
 */
export class SessionQueues {
  readonly #kept: Map<string, Record> | undefined;
  readonly #byOwner = new Map<string, Map<string, Entry>>();
  /**
   * A payload's object stays the same on its way through aedes; all else is copied. By it a message that comes by
   * again is known.
   */
  readonly #keys = new WeakMap<Buffer, string>();
  #lastKey = 0;

  constructor(collections: Collections) {
    this.#kept = collections.areKept ? collections.open('mqttQueues') : undefined;
    for (const [key, { owner, topic, payload }] of this.#kept ?? []) {
      this.#put(owner, { key, topic, payload: Buffer.from(payload, 'base64') });
      this.#lastKey = Math.max(this.#lastKey, Number(key.slice(0, KEY_DIGITS)));
    }
  }

  /** Adds a message to the queues of several owners. */
  add(owners: Iterable<string>, { topic, payload }: QueuedMessage): void {
    const sequence = this.#sequenceOf(payload);
    for (const owner of owners) {
      const key = `${sequence} ${owner}`;
      this.#kept?.set(key, { owner, topic, payload: payload.toString('base64') });
      this.#put(owner, { key, topic, payload });
    }
  }

  /** Adds a message that is not in the queue yet. */
  put(owner: string, message: QueuedMessage): void {
    if (this.#find(owner, message.payload) === undefined) this.add([owner], message);
  }

  /** Notes under which id a message is sent. */
  sent(owner: string, payload: Buffer, messageId: number): void {
    const entry = this.#find(owner, payload);
    if (entry !== undefined) entry.messageId = messageId;
  }

  acknowledged(owner: string, messageId: number): void {
    for (const entry of this.#byOwner.get(owner)?.values() ?? []) {
      if (entry.messageId !== messageId) continue;
      this.#remove(owner, entry);
      return;
    }
  }

  /** Whether a message has been sent over this connection, or is about to be. */
  isSent(owner: string, payload: Buffer): boolean {
    return this.#find(owner, payload)?.messageId !== undefined;
  }

  /**
   * Whether a message is to be sent: one that waits, when its owner is ready for it, and for the first one who asks; one
   * that does not wait, always.
   */
  claim(owner: string, payload: Buffer, isReady: boolean): boolean {
    const entry = this.#find(owner, payload);
    if (entry === undefined) return true;
    if (!isReady || entry.messageId !== undefined) return false;
    entry.messageId = 0;
    return true;
  }

  /** A new connection begins: nothing has been sent over it. */
  forgetSent(owner: string): void {
    for (const entry of this.#byOwner.get(owner)?.values() ?? []) delete entry.messageId;
  }

  /** Takes out a message that its owner is not to get. */
  drop(owner: string, payload: Buffer): void {
    const entry = this.#find(owner, payload);
    if (entry !== undefined) this.#remove(owner, entry);
  }

  /** What has not been sent over this connection by the time that it is its turn, the oldest first; what comes meanwhile, too. */
  *waiting(owner: string): Generator<QueuedMessage> {
    for (const entry of this.#byOwner.get(owner)?.values() ?? []) {
      if (entry.messageId === undefined) yield entry;
    }
  }

  clear(owner: string): void {
    for (const entry of [...(this.#byOwner.get(owner)?.values() ?? [])]) this.#remove(owner, entry);
  }

  /** A message's place among all, the same in each queue. */
  #sequenceOf(payload: Buffer): string {
    const known = this.#keys.get(payload);
    if (known !== undefined) return known;
    this.#lastKey += 1;
    const sequence = String(this.#lastKey).padStart(KEY_DIGITS, '0');
    this.#keys.set(payload, sequence);
    return sequence;
  }

  #find(owner: string, payload: Buffer): Entry | undefined {
    const sequence = this.#keys.get(payload);
    return sequence === undefined ? undefined : this.#byOwner.get(owner)?.get(`${sequence} ${owner}`);
  }

  #put(owner: string, entry: Entry): void {
    this.#keys.set(entry.payload, entry.key.slice(0, KEY_DIGITS));
    const queue = this.#byOwner.get(owner) ?? new Map();
    queue.set(entry.key, entry);
    this.#byOwner.set(owner, queue);
  }

  #remove(owner: string, { key }: Entry): void {
    this.#kept?.delete(key);
    const queue = this.#byOwner.get(owner);
    queue?.delete(key);
    if (queue?.size === 0) this.#byOwner.delete(owner);
  }
}
