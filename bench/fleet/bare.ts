import { fork } from 'node:child_process';
import { join } from 'node:path';
import { ask } from '../ask.ts';
import type { BareOrder, BareRound } from './bare-process.ts';

/** The process that makes bare calls. */
interface Bare {
  /** Makes the calls for devices that are there; not counting the time to prepare them. */
  move(order: BareOrder): Promise<BareRound>;
  close(): void;
}

export function startBare(): Bare {
  const child = fork(join(import.meta.dirname, 'bare-process.ts'));
  const what = 'The process that makes the bare calls';
  return {
    async move(order) {
      await ask(child, order, what);
      return ask<BareRound>(child, 'go', what);
    },
    close: () => child.disconnect(),
  };
}
