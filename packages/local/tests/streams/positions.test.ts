import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Collections, memoryCollections } from '../../src/data/collections.ts';
import { type ConsumeOptions, type Consumption, consume, streamOf } from './consume.ts';
import { FakeStream } from './fake-stream.ts';

let consumptions: Consumption[];
let maps: Map<string, Map<string, unknown>>;

beforeEach(() => {
  consumptions = [];
  maps = new Map();
});

afterEach(async () => {
  for (const consumption of consumptions) await consumption.close();
});

/** What one consumer keeps for the next. */
const collections: Collections = {
  ...memoryCollections,
  open<V>(name: string) {
    const map = maps.get(name) ?? new Map();
    maps.set(name, map);
    return map as Map<string, V>;
  },
};

async function start(stream: FakeStream, options: ConsumeOptions = {}): Promise<Consumption> {
  const consumption = await consume({ ...options, stream, collections });
  consumptions.push(consumption);
  return consumption;
}

/** Lets time pass until a sequence number is the position. */
function untilKept({ clock }: Consumption, sequenceNumber: string): Promise<void> {
  const positions = collections.open('streamPositions');
  return clock.runUntil(async () => JSON.stringify([...positions.values()]).includes(sequenceNumber));
}

describe('a consumer that follows another', () => {
  it('goes on after what was done with, and has again what was not', async () => {
    const stream = streamOf('a', 'b', 'c', 'd');
    const handler = (ids: readonly string[]) => (ids.includes('c') ? new Promise(() => undefined) : null);
    const first = await start(stream, { handler, mapping: { batchSize: 2 } });
    await first.untilInvoked(2);
    await first.close();
    stream.put('e');

    const second = await start(stream, { mapping: { batchSize: 2 } });
    await second.untilInvoked(2);
    expect(second.invocations).toEqual([['c', 'd'], ['e']]);
  });

  it('does not look again at records that no filter matched', async () => {
    const filters = ['{"dynamodb":{"Keys":{"id":{"S":[{"prefix":"yes"}]}}}}'];
    const stream = streamOf('yes-1', 'no-1');
    const first = await start(stream, { mapping: { filters } });
    await first.untilInvoked(1);
    await untilKept(first, '102');
    await first.close();
    stream.put('yes-2');

    const second = await start(stream);
    await second.untilInvoked(1);
    expect(second.invocations).toEqual([['yes-2']]);
  });

  it('misses nothing that came after the first began with LATEST and had done nothing yet', async () => {
    const now = 1_767_225_600;
    const stream = new FakeStream();
    stream.addShard('shard-1');
    stream.put('old', now - 3_600);
    const first = await start(stream, { mapping: { startingPosition: 'LATEST' } });
    await first.close();
    stream.put('new', now + 3_600);

    const second = await start(stream, { mapping: { startingPosition: 'LATEST' } });
    await second.untilInvoked(1);
    expect(second.invocations).toEqual([['new']]);
  });

  it('reads shards that have come meanwhile from their beginning, also for a mapping from LATEST', async () => {
    const stream = streamOf('old');
    const first = await start(stream, { mapping: { startingPosition: 'LATEST' } });
    await first.close();
    stream.addShard('shard-2');
    stream.put('new', undefined, 'shard-2');

    const second = await start(stream, { mapping: { startingPosition: 'LATEST' } });
    await second.clock.runUntil(async () => second.invocations.flat().includes('new'));
    expect(second.invocations.flat()).toContain('new');
  });

  it('begins with the oldest record where the stream no longer has its position', async () => {
    const stream = streamOf('a');
    const first = await start(stream);
    await first.untilInvoked(1);
    await untilKept(first, '101');
    await first.close();
    stream.trim();
    stream.put('b');

    const second = await start(stream);
    await second.untilInvoked(1);
    expect(second.invocations).toEqual([['b']]);
  });
});
