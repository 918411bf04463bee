import { describe, expect, it } from '@jest/globals';
import { createTally } from '../../src/fleet/tally.ts';

const failed = (deviceId: string, error: string) => ({ deviceId, outcome: 'failed', error });

describe('a tally', () => {
  it('counts every failure, the most frequent first, with three examples of each', () => {
    const tally = createTally();
    tally.add(failed('lone', 'Rare'));
    for (let n = 0; n < 5; n += 1) tally.add(failed(`dev-${n}`, 'Throttled'));
    expect(tally.result()).toMatchObject({ devices: 6, outcomes: { failed: 6 } });
    expect(tally.result().failures).toEqual([
      {
        error: 'Throttled',
        count: 5,
        retryable: false,
        examples: ['dev-0', 'dev-1', 'dev-2'].map((deviceId) => ({ deviceId })),
      },
      { error: 'Rare', count: 1, retryable: false, examples: [{ deviceId: 'lone' }] },
    ]);
  });

  it('tells no more than a hundred kinds of failures apart, and counts them all', () => {
    const tally = createTally();
    for (let n = 0; n < 250; n += 1) tally.add(failed(`dev-${n}`, `Error${n}`));
    expect(tally.result().outcomes).toEqual({ failed: 250 });
    expect(tally.result().failures).toHaveLength(100);
  });
});
