import { afterEach, describe, expect, it } from '@jest/globals';
import { memoryCollections } from '../../src/data/collections.ts';
import { type Consumption, consume, streamOf } from './consume.ts';

// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html: "ensures in-order processing
// at the item (partition and sort key) level when you specify multiple concurrent batches per shard"
describe('several batches of a shard at a time', () => {
  let consumption: Consumption | undefined;

  afterEach(() => consumption?.close());

  const ids = Array.from({ length: 40 }, (_, index) => `item-${index % 8}`);

  it('process items side by side, and those of one item in order', async () => {
    let now = 0;
    let most = 0;
    const seen: string[] = [];
    consumption = await consume({
      stream: streamOf(...ids),
      mapping: { parallelizationFactor: 4, batchSize: 2 },
      async handler(batch, event) {
        most = Math.max(most, ++now);
        for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
        now -= 1;
        seen.push(
          ...event.Records.map(({ dynamodb }, index) => `${batch[index]} ${dynamodb?.SequenceNumber}`),
        );
      },
    });
    await consumption.clock.runUntil(async () => seen.length === ids.length);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
    for (const id of new Set(ids)) {
      const numbers = seen
        .filter((line) => line.startsWith(`${id} `))
        .map((line) => Number(line.split(' ')[1]));
      expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
      expect(numbers).toHaveLength(5);
    }
  });

  it('do not wait for an item whose batch fails, and begin with it after a restart', async () => {
    const collections = { ...memoryCollections, open: openOnce() };
    const stream = streamOf('poison', ...ids);
    const options = { stream, collections, mapping: { parallelizationFactor: 10, batchSize: 1 } };
    consumption = await consume({
      ...options,
      handler([id]) {
        if (id === 'poison') throw new Error('no');
      },
    });
    const { invocations, clock } = consumption;
    const done = () => new Set(invocations.flat().filter((id) => id !== 'poison'));
    await clock.runUntil(async () => done().size >= 6 && invocations.flat().includes('poison'));
    await consumption.close();

    consumption = await consume({ ...options, handler: () => null });
    await consumption.clock.runUntil(async () => (consumption?.invocations.flat() ?? []).includes('poison'));
    expect(consumption.invocations.flat().filter((id) => id === 'poison')).toHaveLength(1);
  });
});

/** Collections that the next consumption goes on with. */
function openOnce() {
  const maps = new Map<string, Map<string, unknown>>();
  return <V>(name: string): Map<string, V> => {
    if (!maps.has(name)) maps.set(name, new Map());
    return maps.get(name) as Map<string, V>;
  };
}
