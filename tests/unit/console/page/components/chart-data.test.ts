import { describe, expect, it } from '@jest/globals';
import { halfStep, stacked, summaryOf, thinned } from '../../../../../console/page/components/chart-data.ts';

describe('the data of charts', () => {
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

  it('says in words what is seen', () => {
    const text = {
      points: (count: string, from: string, to: string) => `${count} from ${from} to ${to}`,
      most: (name: string, value: string, at: string) => `${name} ${value} at ${at}`,
      nothing: 'nothing',
    };
    const series = [
      { name: 'one', tone: 'good' },
      { name: 'other', tone: 'bad' },
    ] as const;
    const options = { formatX: (x: number) => `x${x}`, formatY: (y: number) => `y${y}`, text };
    const points = [
      { x: 1, values: [1, null] },
      { x: 2, values: [5, null] },
      { x: 3, values: [4, null] },
    ];
    expect(summaryOf(points, series, options)).toBe('3 from x1 to x3; one y5 at x2');
    expect(summaryOf([], series, options)).toBe('nothing');
  });
});
