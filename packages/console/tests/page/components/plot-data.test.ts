import { describe, expect, it } from '@jest/globals';
import { halfStep, stacked, thinned } from '../../../src/page/components/plot-data.ts';

describe('what is drawn of the data of charts', () => {
  it('stacks bars on those of the series before, where these are known', () => {
    const points = [
      { x: 0, values: [1, 2, 3] },
      { x: 1, values: [null, 2, null] },
    ];
    expect(stacked(points, 3)).toEqual([
      [1, null],
      [3, 2],
      [6, null],
    ]);
  });

  it('labels no more bars than there is room for', () => {
    expect(thinned([1, 2, 3, 4, 5], 2)).toEqual([1, 4]);
    expect(thinned([1, 2], 9)).toEqual([1, 2]);
    expect(thinned([1, 2], 0.5)).toEqual([1]);
  });

  it('knows how wide a bar may be', () => {
    expect(halfStep([0, 10, 14])).toBe(2);
    expect(halfStep([7])).toBe(0.5);
  });
});
