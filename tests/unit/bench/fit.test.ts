import { describe, expect, it } from '@jest/globals';
import { fitLine, spreadOf } from '../../../bench/fleet/fit.ts';

describe('a line through what was measured', () => {
  it('is the line that the points are on', () => {
    const points = [10_000, 100_000, 1_000_000].map((x) => ({ x, y: 3 + 0.002 * x }));
    const { intercept, slope, rSquared } = fitLine(points);
    expect(intercept).toBeCloseTo(3, 6);
    expect(slope).toBeCloseTo(0.002, 9);
    expect(rSquared).toBeCloseTo(1, 9);
  });

  it('leaves the least squares, and says how much it explains', () => {
    const points = [
      { x: 1, y: 1 },
      { x: 2, y: 3 },
      { x: 3, y: 2 },
      { x: 4, y: 5 },
    ];
    const { intercept, slope, slopeError, rSquared } = fitLine(points);
    expect(slope).toBeCloseTo(1.1, 9);
    expect(slopeError).toBeCloseTo(0.519_615_242, 6);
    expect(intercept).toBeCloseTo(0, 9);
    expect(rSquared).toBeCloseTo(0.691_428_571, 6);
  });

  it('explains less of what grows with the square', () => {
    const points = [1, 10, 100].map((x) => ({ x, y: x * x }));
    expect(fitLine(points).rSquared).toBeLessThan(0.995);
  });

  it('needs two points', () => {
    expect(() => fitLine([{ x: 1, y: 1 }])).toThrow(RangeError);
  });
});

describe('how far values are apart', () => {
  it('is told in parts of the smallest', () => {
    expect(spreadOf([100, 120, 110])).toBeCloseTo(0.2, 9);
    expect(spreadOf([5])).toBe(0);
  });
});
