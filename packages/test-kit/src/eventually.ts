import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 25;

/** Repeats what may not be so yet until it holds; throws its last failure after `timeoutMs`. */
export async function eventually<T>(check: () => Promise<T>, timeoutMs = 10_000): Promise<T> {
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() >= giveUpAt) throw error;
      await delay(POLL_MS);
    }
  }
}
