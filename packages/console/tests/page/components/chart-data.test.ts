import { describe, expect, it } from '@jest/globals';
import { summaryOf } from '../../../src/page/components/chart-data.ts';

describe('the data of charts', () => {
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
