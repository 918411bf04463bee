import { describe, expect, it } from '@jest/globals';
import { IdSet } from '../../../../cli/fleet/id-set.ts';

describe('a set of device ids', () => {
  it('keeps the first number of each, however many there are', () => {
    const set = new IdSet();
    const many = 20_000;
    for (let n = 0; n < many; n += 1) expect(set.add(`device-${n}`, n)).toBeUndefined();
    for (let n = 0; n < many; n += 1) expect(set.add(`device-${n}`, 7)).toBe(n);
    expect(set.size).toBe(many);
    expect(set.get('device-19999')).toBe(19_999);
    expect(set.get('device-20000')).toBeUndefined();
  });
});
