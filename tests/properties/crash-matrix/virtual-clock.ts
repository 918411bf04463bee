import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Clock } from '@device-lifecycle/local/clock.ts';
import { START } from '@device-lifecycle/test-kit/clock.ts';

interface Sleeper {
  readonly dueMs: number;
  wake(): void;
}

/** In which whoever has just been answered goes on. */
const TURNS = 4;
/** Without anybody at work or asleep: more are taken for a hang. */
const MAX_IDLE_ROUNDS = 5_000;

/** Whether somebody waits for the file system, as those who write results, or close their files, do. */
const isAnyFileInUse = (): boolean =>
  process.getActiveResourcesInfo().some((resource) => /^(?:FSReq|CloseReq)/.test(resource));

/** A clock that stands still while anybody works, and jumps to the next who has slept enough when nobody does. */
export class VirtualClock implements Clock {
  #now = START;
  #working = 0;
  /** Resolves when nobody works any more. */
  #rest = Promise.withResolvers<void>();
  #sleepers = new Set<Sleeper>();

  readonly now = (): number => this.#now;

  advance(ms: number): void {
    this.#now += ms;
  }

  /** For another world: nobody sleeps in it. */
  reset(): void {
    this.#now = START;
    this.#sleepers = new Set();
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#working === 0) this.#rest = Promise.withResolvers<void>();
    this.#working += 1;
    try {
      return await work();
    } finally {
      this.#working -= 1;
      if (this.#working === 0) this.#rest.resolve();
    }
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleepers = this.#sleepers;
      const leave = () => {
        sleepers.delete(sleeper);
        signal?.removeEventListener('abort', abort);
      };
      const abort = () => {
        leave();
        reject(new DOMException('The sleep was aborted.', 'AbortError'));
      };
      const sleeper = {
        dueMs: Math.ceil(this.#now + Math.max(0, ms)),
        wake() {
          leave();
          resolve();
        },
      };
      if (signal?.aborted === true) return abort();
      signal?.addEventListener('abort', abort, { once: true });
      sleepers.add(sleeper);
    });
  }

  /** Lets time pass until it is so. @throws Error when it never will be */
  async runUntil(isDone: () => boolean): Promise<void> {
    for (let idle = 0; idle < MAX_IDLE_ROUNDS; idle += 1) {
      for (let turn = 0; turn < TURNS; turn += 1) await setImmediate();
      if (isDone()) return;
      if (this.#working > 0) {
        idle = 0;
        await this.#rest.promise;
      } else if (isAnyFileInUse() || !this.#wakeNext()) await setTimeout(1);
      else idle = 0;
    }
    throw new Error('Nobody works, nobody sleeps, and it is not done.');
  }

  #wakeNext(): boolean {
    const [first, ...others] = this.#sleepers;
    if (first === undefined) return false;
    const next = others.reduce((earliest, each) => (each.dueMs < earliest.dueMs ? each : earliest), first);
    this.#now = Math.max(this.#now, next.dueMs);
    next.wake();
    return true;
  }
}
