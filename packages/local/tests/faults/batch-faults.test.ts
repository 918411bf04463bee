import { describe, expect, it } from '@jest/globals';
import { withBatchFaults } from '../../src/faults/delivery-faults.ts';
import type { StreamRecord } from '../../src/streams/stream-record.ts';
import { planOf } from './plans.ts';

const recordsOf = (ids: string): readonly StreamRecord[] =>
  [...ids].map((id) => ({ sequenceNumber: id }) as StreamRecord);

/** Delivers batches, and says what came. */
async function deliver(rules: readonly string[], batches: readonly string[], seed = 1) {
  const { plan } = planOf(rules, seed);
  const came: string[] = [];
  const delivery = withBatchFaults(
    {
      deliver: async (batch) => void came.push(batch.map(({ sequenceNumber }) => sequenceNumber).join('')),
    },
    'orders',
    plan,
  );
  for (const batch of batches) await delivery.deliver(recordsOf(batch));
  return came;
}

describe('batches of a stream with faults', () => {
  it('are cut in two, where there is more than one record', async () => {
    const came = await deliver(['streams:orders=cut'], ['abcdef', 'g']);
    expect(came).toHaveLength(3);
    expect(came.join('')).toBe('abcdefg');
    expect(came.every((batch) => batch.length > 0)).toBe(true);
  });

  it('come again, at once or after the next one, which then comes again as well', async () => {
    const runs = await Promise.all(
      Array.from({ length: 200 }, (_, seed) => deliver(['streams:*=duplicate@0.3'], ['a', 'b', 'c'], seed)),
    );
    const texts = runs.map((came) => came.join(''));
    expect(texts).toContain('aabc');
    expect(texts).toContain('ababc');
    // Never a record before one that comes before it.
    for (const text of texts) expect(text).not.toMatch(/^[bc]|ac/);
    for (const text of texts) expect(new Set(text)).toEqual(new Set('abc'));
  });

  it('of another table are left alone', async () => {
    expect(await deliver(['streams:devices=duplicate', 'streams:devices=cut'], ['ab', 'c'])).toEqual([
      'ab',
      'c',
    ]);
  });
});
