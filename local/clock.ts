import { setTimeout as delay } from 'node:timers/promises';

/** The runtime's only source of time, so that time can be moved forward in one place. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds of this clock; rejects with an `AbortError` when `signal` aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** `setTimeout` takes at most 2³¹ − 1 ms (24.8 days); longer waits are slept in parts. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    let remainingMs = Math.max(0, ms);
    do {
      const partMs = Math.min(remainingMs, MAX_TIMER_MS);
      await delay(partMs, undefined, signal === undefined ? {} : { signal });
      remainingMs -= partMs;
    } while (remainingMs > 0);
  },
};
