import { systemClock } from '@device-lifecycle/operator/clock.ts';
import type { Watcher } from '@device-lifecycle/operator/watcher.ts';
import { describe, expect, it } from '@jest/globals';
import { followProgress } from '../../src/server/follow-progress.ts';

const { signal } = new AbortController();
const follow = <T>(work: (watcher: Watcher) => Promise<T>) =>
  followProgress(work, { clock: systemClock, signal });

describe('progress of what the CLI does', () => {
  it('comes as far as who listens can take it, the result last', async () => {
    const work = Promise.withResolvers<string>();
    let update: ((done: number) => void) | undefined;
    const steps = follow(async ({ terminal }) => {
      const bar = terminal.progress('Looking up');
      update = (done) => bar.update({ done, total: 9, failed: undefined });
      return work.promise;
    });
    expect((await steps.next()).value).toEqual({ progress: { phase: 'Looking up', done: 0 } });
    update?.(1);
    update?.(2);
    expect((await steps.next()).value).toEqual({ progress: { phase: 'Looking up', done: 2, total: 9 } });
    update?.(9);
    expect((await steps.next()).value).toEqual({ progress: { phase: 'Looking up', done: 9, total: 9 } });
    const last = steps.next();
    work.resolve('all');
    expect((await last).value).toEqual({ result: 'all' });
    expect((await steps.next()).done).toBe(true);
  });

  it('ends as the work does', async () => {
    const steps = follow(() => Promise.reject(new Error('broken')));
    await expect(steps.next()).rejects.toThrow('broken');
  });
});
