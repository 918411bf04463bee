import { afterEach, describe, expect, it } from '@jest/globals';
import { type ConsumeOptions, type Consumption, consume, mapping, streamOf } from './consume.ts';
import { FakeStream } from './fake-stream.ts';

const ids = (count: number, prefix = 'o') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe('a consumer of a stream', () => {
  let consumption: Consumption | undefined;

  const start = async (options: ConsumeOptions = {}) => {
    consumption = await consume(options);
    return consumption;
  };

  afterEach(() => consumption?.close());

  it("gives records in the form of Lambda's events, with the stream's name in the template", async () => {
    const { events, untilInvoked } = await start({ stream: streamOf('o-1') });

    await untilInvoked(1);

    expect(events).toEqual([
      {
        Records: [
          {
            eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
            eventName: 'INSERT',
            eventVersion: '1.1',
            eventSource: 'aws:dynamodb',
            awsRegion: 'eu-west-1',
            eventSourceARN: mapping.streamArn,
            dynamodb: {
              ApproximateCreationDateTime: 1_767_225_600,
              Keys: { id: { S: 'o-1' } },
              NewImage: { id: { S: 'o-1' }, big: { N: '12345678901234567890123456789012345678' } },
              SequenceNumber: '101',
              SizeBytes: 10,
              StreamViewType: 'NEW_AND_OLD_IMAGES',
            },
          },
        ],
      },
    ]);
  });

  it('says of a removal by TTL who made it, in the words of Lambda', async () => {
    const stream = streamOf();
    stream.expire('a', { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' });
    stream.expire('b', { type: 'Service', principalId: 'dynamodb.amazonaws.com' });
    const filters = ['{"userIdentity":{"type":["Service"],"principalId":["dynamodb.amazonaws.com"]}}'];
    const { events, untilInvoked } = await start({ stream, mapping: { filters } });

    await untilInvoked(1);

    const identities = events[0]?.Records.map(({ userIdentity }) => userIdentity);
    const service = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
    expect(identities).toEqual([service, service]);
  });

  it('keeps the order, in batches that are not too large', async () => {
    const { invocations, stream, untilInvoked } = await start({
      stream: streamOf(...ids(5)),
      mapping: { batchSize: 2 },
    });
    await untilInvoked(3);
    stream.put('late');

    await untilInvoked(4);

    expect(invocations).toEqual([['o0', 'o1'], ['o2', 'o3'], ['o4'], ['late']]);
  });

  it('never makes an event that is larger than a function takes', async () => {
    const stream = streamOf(...ids(4, 'x'.repeat(1_600_000)));
    const { invocations, events, untilInvoked } = await start({ stream });

    await untilInvoked(4);

    expect(invocations.map(({ length }) => length)).toEqual([1, 1, 1, 1]);
    for (const event of events) expect(JSON.stringify(event).length).toBeLessThan(6_291_456);
  });

  it('invokes nothing for records that no filter matches', async () => {
    const filters = ['{"dynamodb":{"Keys":{"id":{"S":[{"prefix":"yes"}]}}}}', '{"eventName":["REMOVE"]}'];
    const { invocations, stream, untilInvoked } = await start({
      stream: streamOf('no-1', 'no-2', 'yes-1', 'no-3', 'yes-2'),
      mapping: { filters },
    });
    await untilInvoked(1);
    stream.put('no-4');
    stream.put('yes-3');

    await untilInvoked(2);

    expect(invocations).toEqual([['yes-1', 'yes-2'], ['yes-3']]);
  });

  it('gathers records until the window ends or the batch is full', async () => {
    const { invocations, stream, clock, untilInvoked } = await start({
      mapping: { maximumBatchingWindowInSeconds: 10, batchSize: 3 },
    });
    stream.put('a');
    await clock.advance(5_000);
    stream.put('b');
    await clock.advance(4_000);
    expect(invocations).toEqual([]);
    await clock.advance(1_500);
    expect(invocations).toEqual([['a', 'b']]);
    for (const id of ['c', 'd', 'e', 'f']) stream.put(id);

    await untilInvoked(2);

    expect(invocations).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
  });

  it('begins where it is told: with the oldest record, or with what comes', async () => {
    const stream = streamOf('before');
    const { invocations, untilInvoked } = await start({ stream, mapping: { startingPosition: 'LATEST' } });
    stream.put('after');

    await untilInvoked(1);

    expect(invocations).toEqual([['after']]);
  });

  it('begins anew where positions are forgotten: then records come twice, and none is lost', async () => {
    const held = Promise.withResolvers<void>();
    const stream = streamOf('a', 'b');
    const first = await start({
      stream,
      mapping: { batchSize: 1 },
      // Ends between an invocation and its success.
      handler: ([id]) => (id === 'b' ? held.promise : null),
    });
    await first.untilInvoked(2);
    await first.close();
    held.resolve();

    const second = await start({ stream });
    await second.untilInvoked(1);

    expect(first.invocations).toEqual([['a'], ['b']]);
    expect(second.invocations).toEqual([['a', 'b']]);
    expect(second.events[0]?.Records[0]?.eventID).toBe(first.events[0]?.Records[0]?.eventID);
  });

  it('reads a shard to its end before its children', async () => {
    const stream = streamOf('parent-1');
    stream.addShard('shard-2', 'shard-1');
    stream.put('child-1', undefined, 'shard-2');
    const { invocations, clock, untilInvoked } = await start({ stream });
    await clock.advance(30_000);
    expect(invocations).toEqual([['parent-1']]);
    stream.put('parent-2');
    stream.closeShard('shard-1');

    await untilInvoked(3);

    expect(invocations).toEqual([['parent-1'], ['parent-2'], ['child-1']]);
  });

  it('finds shards that come later', async () => {
    const stream = streamOf();
    const { invocations, untilInvoked } = await start({ stream, mapping: { startingPosition: 'LATEST' } });
    stream.addShard('shard-9', 'shard-0');
    stream.put('new', undefined, 'shard-9');

    await untilInvoked(1);

    expect(invocations).toEqual([['new']]);
  });

  it('asks for them again soon when nobody has told', async () => {
    const stream = streamOf();
    const { invocations, clock, logged } = await start({ stream });
    stream.addShard('shard-2');
    stream.put('new', undefined, 'shard-2');
    stream.isReachable = false;
    await clock.advance(301_000);
    expect(logged).toContainEqual(expect.stringContaining('the shards of orders cannot be listed'));
    stream.isReachable = true;

    await clock.advance(10_000);

    expect(invocations).toEqual([['new']]);
  });

  it('keeps shards apart: one that fails does not hold up another', async () => {
    const stream = new FakeStream();
    for (const shardId of ['a', 'b']) {
      stream.addShard(shardId);
      stream.put(shardId, undefined, shardId);
    }
    const { invocations, clock } = await start({
      stream,
      handler: ([id]) => {
        if (id === 'a') throw new Error('no');
      },
    });

    await clock.advance(10_000);

    expect(invocations.filter(([id]) => id === 'b')).toEqual([['b']]);
    expect(invocations.filter(([id]) => id === 'a').length).toBeGreaterThan(3);
  });

  it('goes on where it was when its iterator has expired', async () => {
    const { invocations, stream, untilInvoked } = await start({ stream: streamOf('a') });
    await untilInvoked(1);
    stream.generation += 1;
    stream.put('b');

    await untilInvoked(2);

    expect(invocations).toEqual([['a'], ['b']]);
  });

  it('waits for an engine that does not answer, and says so once', async () => {
    const { invocations, stream, clock, logged, untilInvoked } = await start();
    stream.isReachable = false;
    stream.put('a');
    await clock.advance(5_000);
    stream.isReachable = true;

    await untilInvoked(1);

    expect(invocations).toEqual([['a']]);
    expect(logged).toEqual([
      expect.stringContaining('the stream of orders cannot be read'),
      'the stream of orders can be read again',
    ]);
  });

  it.each([1, 3])(
    'goes on after an unexpected error, with what was not done with: %i batches at a time',
    async (factor) => {
      let isBroken = false;
      const { invocations, stream, clock, logged, untilInvoked } = await start({
        mapping: { parallelizationFactor: factor },
        alter: (delivery) => ({
          async deliver(batch) {
            if (isBroken) throw new TypeError('a fault of the runtime');
            await delivery.deliver(batch);
          },
        }),
      });
      stream.put('a');
      await untilInvoked(1);
      isBroken = true;
      stream.put('b');
      await clock.runUntil(async () => logged.length >= 2);
      isBroken = false;
      await untilInvoked(2);

      expect(invocations).toEqual([['a'], ['b']]);
      expect(logged).toEqual(
        logged.map(
          () =>
            'the stream of orders is read on in 10 s, after an unexpected error: TypeError: a fault of the runtime',
        ),
      );
    },
  );

  it('fails to start where the stream is not there', async () => {
    await expect(
      consume({ stream: Object.assign(new FakeStream(), { isReachable: false }) }),
    ).rejects.toThrow('cannot be reached');
  });

  it('looks less often while nothing comes', async () => {
    const { clock } = await start();
    await clock.advance(1_000);
    const before = clock.sleptMs.length;

    await clock.advance(9_000);

    expect(clock.sleptMs.length - before).toBeLessThanOrEqual(46);
  });
});
