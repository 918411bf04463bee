import { describe, expect, it } from '@jest/globals';
import { MovableClock } from '../../src/clock.ts';
import type { Chain } from '../../src/states/chain.ts';
import { interruptible, sleep } from '../../src/states/interruption.ts';

/** As much of a chain as waiting takes. */
function chainOn(clock: MovableClock): Chain {
  return { signal: new AbortController().signal, run: { runtime: { clock } } } as unknown as Chain;
}

describe('a jump of the clock', () => {
  it('does not time out work that is under way', async () => {
    const clock = new MovableClock();
    const work = Promise.withResolvers<string>();
    const waiting = interruptible(chainOn(clock), work.promise, 600);

    clock.advance(30 * 86_400_000);
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    work.resolve('done');

    expect(await waiting).toBe('done');
  });

  it('ends what sleeps', async () => {
    const clock = new MovableClock();
    const sleeping = sleep(chainOn(clock), 30 * 86_400_000);
    clock.advance(30 * 86_400_000);
    await sleeping;
  });
});
