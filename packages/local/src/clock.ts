/** The runtime's only source of time, so that time can be moved forward in one place. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds of this clock; rejects with an `AbortError` when `signal` aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** `setTimeout` takes at most 2³¹ − 1 ms (24.8 days); longer waits are slept in parts. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The last instant that a `Date` can hold, in epoch milliseconds. */
const LAST_INSTANT_MS = 8.64e15;

interface Sleeper {
  /** When to wake it, in milliseconds of the clock's uptime, which nobody sets back. */
  readonly dueMs: number;
  readonly wake: () => void;
  timer?: NodeJS.Timeout;
}

/** Where a clock goes on from, and who hears of its moves. */
interface MovableClockOptions {
  readonly offsetMs?: number;
  /** Called with the new offset before anybody is woken. */
  moved?(offsetMs: number): void;
}

/** The machine's time, and by how much it has been moved forward since. */
export class MovableClock implements Clock {
  #offsetMs: number;
  readonly #moved: ((offsetMs: number) => void) | undefined;
  readonly #sleepers = new Set<Sleeper>();

  constructor({ offsetMs = 0, moved }: MovableClockOptions = {}) {
    this.#offsetMs = offsetMs;
    this.#moved = moved;
  }

  /** By how many milliseconds it has been moved forward in all. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(sleeper.timer);
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', abort);
      };
      const abort = () => {
        end();
        reject(new DOMException('The sleep was aborted.', 'AbortError'));
      };
      const wake = () => {
        end();
        resolve();
      };
      const sleeper: Sleeper = { dueMs: this.#uptimeMs() + Math.max(0, ms), wake };
      if (signal?.aborted === true) return abort();
      signal?.addEventListener('abort', abort, { once: true });
      this.#sleepers.add(sleeper);
      this.#setTimer(sleeper);
    });
  }

  /**
   * Moves the time forward at once. Who sleeps until a time that is then past is woken, in the order of those times;
   * what happens between them is not played. Throws `RangeError` for what is no time to move forward by.
   */
  advance(ms: number): void {
    if (!(ms >= 0) || this.now() + ms > LAST_INSTANT_MS) {
      throw new RangeError(`A clock cannot be moved forward by ${ms} ms.`);
    }
    this.#offsetMs += ms;
    this.#moved?.(this.#offsetMs);
    const sleepers = [...this.#sleepers].sort((one, other) => one.dueMs - other.dueMs);
    const uptimeMs = this.#uptimeMs();
    for (const sleeper of sleepers) {
      if (sleeper.dueMs <= uptimeMs) sleeper.wake();
      else this.#setTimer(sleeper);
    }
  }

  #uptimeMs(): number {
    return performance.now() + this.#offsetMs;
  }

  #setTimer(sleeper: Sleeper): void {
    clearTimeout(sleeper.timer);
    const remainingMs = Math.max(0, sleeper.dueMs - this.#uptimeMs());
    const isLast = remainingMs <= MAX_TIMER_MS;
    sleeper.timer = setTimeout(
      () => (isLast ? sleeper.wake() : this.#setTimer(sleeper)),
      Math.min(remainingMs, MAX_TIMER_MS),
    );
  }
}

/** A clock whose distance from the machine's can be told to others. */
export interface OffsetClock extends Clock {
  /** By how many milliseconds it is ahead; none when absent. */
  readonly offsetMs?: number;
}

/** The machine's time. */
export const systemClock: OffsetClock = new MovableClock();
