import { describe, expect, it } from '@jest/globals';
import { eventually } from '../../../demo/eventually.ts';

describe('what may not be so yet', () => {
  it('is read until it is so', async () => {
    let reads = 0;
    expect(
      await eventually(
        async () => ++reads,
        (value) => value === 3,
        10_000,
      ),
    ).toBe(3);
  });

  it('is given up with what was read last', async () => {
    expect(
      await eventually(
        () => 'as before',
        () => false,
        0,
      ),
    ).toBe('as before');
  });

  it('fails as its reading does', async () => {
    const read = () => Promise.reject(new Error('gone'));
    await expect(eventually(read, () => true, 10_000)).rejects.toThrow('gone');
  });
});
