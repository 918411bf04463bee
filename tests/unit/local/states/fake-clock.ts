import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../../local/clock.ts';

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** How many rounds of work without a sleeper are taken for work; more are taken for a hang. */
const MAX_IDLE_ROUNDS = 5_000;

/** A clock that moves only when a test moves it. */
export class FakeClock implements Clock {
  /** What every sleep was asked for, in milliseconds. */
  readonly sleptMs: number[] = [];
  #nowMs: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(startsAt = '2026-01-01T00:00:00.000Z') {
    this.#nowMs = Date.parse(startsAt);
  }

  now(): number {
    return this.#nowMs;
  }

  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleptMs.push(ms);
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#sleepers.delete(sleeper);
        reject(new DOMException('The sleep was aborted.', 'AbortError'));
      };
      const sleeper = {
        dueMs: this.#nowMs + ms,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      if (signal?.aborted === true) abort();
      else {
        signal?.addEventListener('abort', abort, { once: true });
        this.#sleepers.add(sleeper);
      }
    });
  }

  /** Moves time on, waking who is due in the order that they are due. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settle();
    for (let next = this.#next(); next !== undefined && next.dueMs <= untilMs; next = this.#next()) {
      this.#nowMs = next.dueMs;
      next.wake();
      await settle();
    }
    this.#nowMs = untilMs;
  }

  /** Jumps from one sleeper to the next until `isDone`. Throws when nobody has slept for long and it is not. */
  async runUntil(isDone: () => Promise<boolean>): Promise<void> {
    for (let idleRounds = 0; idleRounds < MAX_IDLE_ROUNDS; idleRounds += 1) {
      await settle();
      if (await isDone()) return;
      const next = this.#next();
      if (next === undefined) continue;
      idleRounds = 0;
      await this.advance(next.dueMs - this.#nowMs);
    }
    throw new Error('Nothing is due, and it is not done.');
  }

  #next(): Sleeper | undefined {
    return [...this.#sleepers].toSorted((one, other) => one.dueMs - other.dueMs)[0];
  }
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await setImmediate();
}
