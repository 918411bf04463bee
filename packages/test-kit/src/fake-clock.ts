import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@device-lifecycle/local/clock.ts';

interface Sleeper {
  readonly ms: number;
  readonly dueMs: number;
  readonly wake: () => void;
}

/** How many rounds of work without a sleeper are taken for work; more are taken for a hang. */
const MAX_IDLE_ROUNDS = 5_000;

/** The year that an execution may be open for; whoever sleeps as long limits something, and waits for nothing. */
const LIMIT_MS = 365 * 24 * 3_600_000;

/** A clock that moves only when a test moves it. */
export class FakeClock implements Clock {
  /** What every sleep of less than a year was asked for, in milliseconds. */
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
    return this.#waiting().length;
  }

  /** How many sleep for a year or more. */
  get limits(): number {
    return this.#sleepers.size - this.sleeping;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms < LIMIT_MS) this.sleptMs.push(ms);
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#sleepers.delete(sleeper);
        reject(new DOMException('The sleep was aborted.', 'AbortError'));
      };
      const sleeper = {
        ms,
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
    for (let [next] = this.#due(); next !== undefined && next.dueMs <= untilMs; [next] = this.#due()) {
      this.#nowMs = next.dueMs;
      next.wake();
      await settle();
    }
    this.#nowMs = untilMs;
  }

  /** Jumps from one sleeper to the next, but to no limit, until `isDone`. Throws when nobody has slept for long and it is not. */
  async runUntil(isDone: () => Promise<boolean>): Promise<void> {
    for (let idleRounds = 0; idleRounds < MAX_IDLE_ROUNDS; idleRounds += 1) {
      await settle();
      if (await isDone()) return;
      const [next] = this.#waiting();
      if (next === undefined) continue;
      idleRounds = 0;
      await this.advance(next.dueMs - this.#nowMs);
    }
    throw new Error('Nothing is due, and it is not done.');
  }

  #due(): readonly Sleeper[] {
    return [...this.#sleepers].toSorted((one, other) => one.dueMs - other.dueMs);
  }

  #waiting(): readonly Sleeper[] {
    return this.#due().filter(({ ms }) => ms < LIMIT_MS);
  }
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await setImmediate();
}
