import { setTimeout } from 'node:timers/promises';

const LIMIT_MS = 4_000;

/** Asks again and again until there is an answer. Throws when there is none for seconds. */
export async function eventually<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const untilMs = Date.now() + LIMIT_MS; Date.now() < untilMs; await setTimeout(2)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error('Nothing has come of it for seconds.');
}
