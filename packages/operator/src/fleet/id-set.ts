import { hash } from 'node:crypto';

/** Of the two words of a place; what hashes to it, one in 2^64, is taken for the other place's. */
const EMPTY = 0;
const INITIAL_SLOTS = 1 << 12;
const BYTES_OF_A_WORD = 4;

/**
 * A set of device ids with a number for each, at 24 to 48 bytes an id however long they are: a million need no more
 * than 50 MB. It keeps 64 bits of a SHA-1 of each, so that two of a million are taken for one with a probability
 * of 3 in 10^8.
 */
export class IdSet {
  #words = new Uint32Array(2 * INITIAL_SLOTS);
  #values = new Uint32Array(INITIAL_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds an id; with one that is there already it changes nothing, and answers the number that came with it. */
  add(id: string, value = 0): number | undefined {
    if (2 * (this.#size + 1) > this.#values.length) this.#grow();
    const [high, low] = wordsOf(id);
    const slot = this.#slotOf(high, low);
    if (!this.#isEmpty(slot)) return this.#values[slot];
    this.#put(slot, high, low, value);
    this.#size += 1;
    return undefined;
  }

  /** The number that came with an id; nothing for one that is not there. */
  get(id: string): number | undefined {
    const slot = this.#slotOf(...wordsOf(id));
    return this.#isEmpty(slot) ? undefined : this.#values[slot];
  }

  #isEmpty(slot: number): boolean {
    return this.#words[2 * slot] === EMPTY && this.#words[2 * slot + 1] === EMPTY;
  }

  #slotOf(high: number, low: number): number {
    const last = this.#values.length - 1; // a power of two, less one
    let slot = low & last;
    while (!this.#isEmpty(slot) && (this.#words[2 * slot] !== high || this.#words[2 * slot + 1] !== low)) {
      slot = (slot + 1) & last;
    }
    return slot;
  }

  #put(slot: number, high: number, low: number, value: number): void {
    this.#words[2 * slot] = high;
    this.#words[2 * slot + 1] = low;
    this.#values[slot] = value;
  }

  #grow(): void {
    const [words, values] = [this.#words, this.#values];
    this.#words = new Uint32Array(2 * words.length);
    this.#values = new Uint32Array(2 * values.length);
    for (const [slot, value] of values.entries()) {
      const [high = EMPTY, low = EMPTY] = words.subarray(2 * slot, 2 * slot + 2);
      if (high !== EMPTY || low !== EMPTY) this.#put(this.#slotOf(high, low), high, low, value);
    }
  }
}

function wordsOf(id: string): [high: number, low: number] {
  const digest = hash('sha1', id, 'buffer');
  const low = digest.readUInt32LE(BYTES_OF_A_WORD);
  return [digest.readUInt32LE(0), low === EMPTY ? 1 : low];
}
