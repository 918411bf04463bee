import { expect, it } from '@jest/globals';
import { binsOf, chartOf } from '../../src/logs/chart.ts';

it('a chart has the sums of each bin in the order of time, and zeros for those without rows', () => {
  const bins = binsOf('stats count(*) as rejections by bin(1h) as hour, code');
  const rows = [
    { hour: '2026-11-25 22:00:00.000', code: 'x', rejections: '2' },
    { hour: '2026-11-25 20:00:00.000', code: 'x', rejections: '1' },
    { hour: '2026-11-25 22:00:00.000', code: 'y', rejections: '3' },
  ];
  const at = (hour: number) => Date.UTC(2026, 10, 25, hour);
  expect(bins && chartOf(rows, bins)).toEqual({
    measure: 'rejections',
    column: 'hour',
    widthMs: 3_600_000,
    bins: [
      { atMs: at(20), sum: 1 },
      { atMs: at(21), sum: 0 },
      { atMs: at(22), sum: 5 },
    ],
  });
});
