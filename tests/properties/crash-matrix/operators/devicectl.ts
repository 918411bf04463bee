import type { Run } from '../matrix.ts';
import { type Ended, run } from '../processes.ts';

/** How often an operator tries. */
const MAX_TRIES = 5;

/** A process of devicectl, while time goes on around it. */
async function devicectl({ cloud, fate }: Run, work: () => Promise<number>): Promise<Ended<number>> {
  let ended: Ended<number> | undefined;
  void run('devicectl', fate, work).then((end) => {
    ended = end;
  });
  await cloud.clock.runUntil(() => ended !== undefined);
  if (ended === undefined) throw new Error('It has not ended.');
  if (ended.how === 'failed') throw ended.error;
  return ended;
}

/**
 * Tries as long as the command is killed under the operator's hands.
 * @param next what to try now @param wait what passes until then
 */
export async function insist(
  of: Run,
  next: () => () => Promise<number>,
  wait: () => void = () => undefined,
): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const ended = await devicectl(of, next());
    if (ended.how === 'answered') return ended.answer;
    wait();
  }
  throw new Error(`It was killed ${MAX_TRIES} times.`);
}
