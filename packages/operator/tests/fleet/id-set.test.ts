import { describe, expect, it } from '@jest/globals';
import { IdSet } from '../../src/fleet/id-set.ts';

describe('a set of device ids', () => {
  it('keeps the first number of each, however many there are', () => {
    const set = new IdSet();
    const many = 20_000;
    const addAll = (value: (n: number) => number) =>
      Array.from({ length: many }, (_, n) => set.add(`device-${n}`, value(n)));
    expect(addAll((n) => n).every((before) => before === undefined)).toBe(true);
    expect(addAll(() => 7).every((before, n) => before === n)).toBe(true);
    expect(set.size).toBe(many);
    expect(set.get('device-19999')).toBe(19_999);
    expect(set.get('device-20000')).toBeUndefined();
  });
});
