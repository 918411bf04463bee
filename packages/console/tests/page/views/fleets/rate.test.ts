import { describe, expect, it } from '@jest/globals';
import { rateOf, ratesOf, type Sample, withSample } from '../../../../src/page/views/fleets/rate.ts';

const at = (seconds: number, done: number): Sample => ({ atMs: 1_000 * seconds, done });

describe('the rate of a run', () => {
  it('is that of the last ten seconds, with what is left at it', () => {
    const samples = [at(0, 0), at(5, 5_000), at(15, 5_100), at(20, 5_150)];
    expect(rateOf(samples, 5_250)).toEqual({ perSecond: 10, secondsLeft: 10 });
  });

  it('is not said without two samples, nor when nothing is done', () => {
    expect(rateOf([], 10)).toBeUndefined();
    expect(rateOf([at(0, 5)], 10)).toBeUndefined();
    expect(rateOf([at(0, 5), at(1, 5)], 10)).toBeUndefined();
  });

  it('is known at each sample but the first', () => {
    expect(ratesOf([at(0, 0), at(1, 10), at(2, 30)])).toEqual([
      { atMs: 1_000, perSecond: 10 },
      { atMs: 2_000, perSecond: 15 },
    ]);
  });

  it('has a sample a second, of which the last is the newest', () => {
    const all = [0, 0.2, 0.4, 1.1, 1.3].map((seconds) => at(seconds, seconds));
    const kept = all.reduce<readonly Sample[]>(withSample, []);
    expect(kept.map(({ done }) => done)).toEqual([0, 1.1, 1.3]);
  });

  it('has no more samples in a long run than anybody can see', () => {
    let kept: readonly Sample[] = [];
    for (let second = 0; second < 10_000; second += 1) kept = withSample(kept, at(second, second));
    expect(kept.length).toBeLessThan(3_700);
    expect(kept.at(-1)).toEqual(at(9_999, 9_999));
    expect(kept[0]).toEqual(at(0, 0));
  });
});
