import { describe, expect, it } from '@jest/globals';
import { inParallel } from '../../../shared/commands/in-parallel.ts';

describe('inParallel', () => {
  it('works on no more than its limit at a time, and answers in the order of the items', async () => {
    let running = 0;
    let most = 0;
    const items = Array.from({ length: 50 }, (_, index) => index);
    const results = await inParallel(items, 16, async (item) => {
      running += 1;
      most = Math.max(most, running);
      for (let turn = 0; turn < 50 - item; turn += 1) await Promise.resolve();
      running -= 1;
      return item * 2;
    });
    expect(results).toEqual(items.map((item) => item * 2));
    expect(most).toBe(16);
  });

  it('has nothing to do for nothing', async () => {
    expect(await inParallel([], 16, () => Promise.reject(new Error('never')))).toEqual([]);
  });
});
