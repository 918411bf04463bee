/** A map that forgets what was used the longest time ago. `onGone` hears of it. */
export class Bounded<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #most: number;
  readonly #onGone: (value: V) => void;

  constructor(most: number, onGone: (value: V) => void = () => undefined) {
    this.#most = most;
    this.#onGone = onGone;
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  set(key: K, value: V): void {
    this.#entries.set(key, value);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#most && oldest !== undefined) this.delete(oldest);
  }

  delete(key: K): void {
    const value = this.#entries.get(key);
    this.#entries.delete(key);
    if (value !== undefined) this.#onGone(value);
  }
}
