import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * Sends a message to a process that was forked, and resolves to the next one from there.
 * @param what says in the error who has ended without an answer
 */
export async function ask<Answer>(
  child: ChildProcess,
  message: string | object,
  what: string,
): Promise<Answer> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error(`${what} has ended.`);
  });
  const answered = once(child, 'message', { signal }) as Promise<[Answer]>;
  child.send(message);
  try {
    const [answer] = await Promise.race([answered, ended]);
    return answer;
  } finally {
    waiting.abort();
  }
}
