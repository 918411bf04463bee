import { describe, expect, it } from '@jest/globals';
import { usd } from '../../src/output/usd.ts';

describe('an amount', () => {
  it.each([
    [0, '$0.00'],
    [0.000_17, '< $0.01'],
    [0.01, '$0.01'],
    [160.456, '$160.46'],
  ])('of %d is told as %s', (amount, expected) => {
    expect(usd(amount)).toBe(expected);
  });
});
