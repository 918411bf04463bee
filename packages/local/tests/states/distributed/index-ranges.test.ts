import { describe, expect, it } from '@jest/globals';
import { IndexRanges } from '../../../src/states/distributed/lines.ts';

describe('IndexRanges', () => {
  it.each([
    [[], []],
    [[3], [[3, 3]]],
    [[0, 1, 2], [[0, 2]]],
    [[2, 0, 1], [[0, 2]]],
    [
      [5, 0, 2, 6],
      [
        [0, 0],
        [2, 2],
        [5, 6],
      ],
    ],
    [[0, 2, 1, 1, 0], [[0, 2]]],
  ])('keeps %j as %j', (indexes, ranges) => {
    const set = new IndexRanges();
    for (const index of indexes) set.add(index);
    expect(set.ranges).toEqual(ranges);
  });

  it('knows what is in it, whatever the order', () => {
    const set = new IndexRanges([[10, 19]]);
    const added = Array.from({ length: 200 }, (_, index) => (index * 7) % 200).filter(
      (index) => index % 3 > 0,
    );
    for (const index of added) set.add(index);
    for (let index = 0; index < 200; index += 1) {
      expect([index, set.has(index)]).toEqual([index, index % 3 > 0 || (index >= 10 && index <= 19)]);
    }
  });
});
