import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BareOrder, BareRound } from './bare-process.ts';

/** The process that makes bare calls. */
export interface Bare {
  /** Makes the calls for devices that are there; not counting the time to prepare them. */
  move(order: BareOrder): Promise<BareRound>;
  close(): void;
}

async function next<Answer>(child: ChildProcess): Promise<Answer> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('The process that makes the bare calls has ended.');
  });
  try {
    const [answer] = (await Promise.race([once(child, 'message', { signal }), ended])) as [Answer];
    return answer;
  } finally {
    ended.catch(() => undefined); // that it is no longer waited for
    waiting.abort();
  }
}

export function startBare(): Bare {
  const child = fork(join(import.meta.dirname, 'bare-process.ts'));
  return {
    async move(order) {
      child.send(order);
      await next(child);
      child.send('go');
      return next<BareRound>(child);
    },
    close: () => child.disconnect(),
  };
}
