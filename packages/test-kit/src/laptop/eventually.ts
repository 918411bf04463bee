import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 25;

/** Reads again and again until it is so, or `timeoutMs` have passed: resolves to what was read last, be it so or not. */
export async function eventually<T>(
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
