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

/** Reads again and again until it is so, or `timeoutMs` have passed: resolves to what was read last, be it so or not. */
export async function until<T>(
  read: () => T | Promise<T>,
  isSo: (value: T) => boolean,
  timeoutMs: number,
): Promise<T> {
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (isSo(value) || Date.now() >= giveUpAt) return value;
    await delay(POLL_MS);
  }
}
