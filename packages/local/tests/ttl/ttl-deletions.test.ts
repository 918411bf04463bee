import { startDynoxide } from '@device-lifecycle/test-kit/dynoxide.ts';
import type { TableEngine } from '@device-lifecycle/test-kit/table-engine.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DynamoDbCall, DynamoDbError, EngineError } from '../../src/engine/dynamodb-call.ts';
import type { EngineRecord } from '../../src/streams/stream-record.ts';
import type { ExpiredItem, TtlTable } from '../../src/ttl/expired-items.ts';
import { TtlDeletions, type TtlDeletionsOptions } from '../../src/ttl/ttl-deletions.ts';
import { byCaller, byTtl, createExpiringTable, type ExpiringTable, removals } from './ttl-table.ts';

const lost = new EngineError('nothing was heard');

describe('deletions by TTL', () => {
  let engine: TableEngine;
  let table: ExpiringTable;
  let told: string[];

  beforeAll(async () => {
    engine = await startDynoxide();
  });

  afterAll(() => engine.stop());

  beforeEach(async () => {
    table = await createExpiringTable(engine.endpoint);
    told = [];
  });

  afterEach(() => table.streams.close());

  const tell = (message: string) => void told.push(message);

  function create(options: Partial<TtlDeletionsOptions> = {}): TtlDeletions {
    const log = { info: tell, warn: tell, error: tell };
    const defaults = { call: table.call, streamsCall: table.streams.call, log };
    return new TtlDeletions({ ...defaults, signal: new AbortController().signal, ...options });
  }

  const ttlTable = (): TtlTable => ({
    tableName: table.tableName,
    ttlAttribute: 'expiresAt',
    keyAttributes: ['id', 'part'],
    streamArn: table.streamArn,
  });

  const expired = (id: string, ttl: number): ExpiredItem => ({
    key: { id: { S: id }, part: { N: '1' } },
    ttl: String(ttl),
  });

  const stamped = async (deletions: TtlDeletions) =>
    removals(await deletions.stamp(table.streamArn, await table.records()));

  it('leave what has another TTL by now, or none, and what is gone', async () => {
    await table.put('is-kept-longer', 200);
    await table.put('is-kept-for-good');
    await table.put('is-text', { S: '100' });
    await table.put('is-deleted', 100);
    const ids = ['is-kept-longer', 'is-kept-for-good', 'is-text', 'is-gone', 'is-deleted'];

    const deletions = create();
    const { deleted, unheard, error } = await deletions.delete(
      ttlTable(),
      ids.map((id) => expired(id, 100)),
    );

    expect(deleted.map(({ key }) => key['id'])).toEqual([{ S: 'is-deleted' }]);
    expect([unheard, error]).toEqual([[], undefined]);
    expect(await table.ids()).toEqual(['is-kept-for-good', 'is-kept-longer', 'is-text']);
    expect(await stamped(deletions)).toEqual([byTtl('is-deleted')]);
  });

  it('are told apart from removals by callers before and after them', async () => {
    for (const _ of ['before', 'after']) {
      await table.put('comes-back', 100);
      await table.remove('comes-back');
    }
    await table.put('comes-back', 100);
    const deletions = create();
    await deletions.delete(ttlTable(), [expired('comes-back', 100)]);
    await table.put('comes-back', 100);
    await table.remove('comes-back');

    const [first, second, third, fourth] = await stamped(deletions);

    expect([first, second, fourth]).toEqual(Array(3).fill(byCaller('comes-back')));
    expect(third).toBe(byTtl('comes-back'));
  });

  it('are told by the removal of what was seen, where a caller was quicker with another', async () => {
    await table.put('restored', 100);
    const call: DynamoDbCall = async (operation, input) => {
      if (operation === 'DeleteItem') {
        await table.put('restored', 50);
        await table.remove('restored');
        await table.put('restored', 100);
      }
      return table.call(operation, input);
    };
    const deletions = create({ call });
    await deletions.delete(ttlTable(), [expired('restored', 100)]);
    expect(await stamped(deletions)).toEqual([byCaller('restored'), byTtl('restored')]);
  });

  it('are forgotten once no stream has them any more', async () => {
    let nowMs = 0;
    const deletions = create({ now: () => nowMs });
    for (const id of ['first', 'second']) {
      await table.put(id, 100);
      await deletions.delete(ttlTable(), [expired(id, 100)]);
      nowMs += 1.5 * 86_400_000;
    }
    expect(await stamped(deletions)).toEqual([byTtl('first'), byTtl('second')]);

    deletions.know(table.streamArn, []);

    expect(await stamped(deletions)).toEqual([byCaller('first'), byTtl('second')]);
  });

  it('are known before a reader of the stream goes on', async () => {
    await table.put('expires', 100);
    const isDone = Promise.withResolvers<void>();
    const goesOn = Promise.withResolvers<void>();
    const call: DynamoDbCall = async (operation, input) => {
      const answer = await table.call(operation, input);
      isDone.resolve();
      await goesOn.promise;
      return answer;
    };
    const deletions = create({ call });
    const deleting = deletions.delete(ttlTable(), [expired('expires', 100)]);
    await isDone.promise;
    const records = await table.records();
    const reading = deletions.stamp(table.streamArn, records);
    const others = await deletions.stamp(
      table.tableName,
      records.filter(({ eventName }) => eventName !== 'REMOVE'),
    );
    goesOn.resolve();
    await deleting;

    expect(others).toHaveLength(1);
    expect(removals(await reading)).toEqual([byTtl('expires')]);
  });

  it.each([
    ['is done', true],
    ['is not done', false],
  ])('are looked for when nothing was heard of one that %s', async (_, isDone) => {
    await table.put('a', 100);
    await table.put('b', 100);
    const call: DynamoDbCall = async (operation, input) => {
      if (isDone) await table.call(operation, input);
      throw lost;
    };
    const deletions = create({ call });
    const { deleted, error } = await deletions.delete(ttlTable(), [expired('a', 100), expired('b', 100)]);

    expect([deleted, error]).toEqual([[], lost]);
    expect(await table.ids()).toEqual(isDone ? [] : ['a', 'b']);
    expect((await stamped(deletions)).toSorted()).toEqual(isDone ? [byTtl('a'), byTtl('b')] : []);
  });

  it('end at the first error, and count what is done', async () => {
    const throttled = new DynamoDbError('ProvisionedThroughputExceededException', 'slow down');
    let calls = 0;
    const call: DynamoDbCall = async (operation, input) => {
      calls += 1;
      if (calls > 10) throw throttled;
      return table.call(operation, input);
    };
    const ids = Array.from({ length: 50 }, (_, index) => `session-${index + 10}`);
    for (const id of ids) await table.put(id, 100);

    const { deleted, unheard, error } = await create({ call }).delete(
      ttlTable(),
      ids.map((id) => expired(id, 100)),
    );

    expect([deleted.length, unheard, error]).toEqual([10, [], throttled]);
    expect(calls).toBeLessThan(20);
  });

  it('are looked for until the stream can be read', async () => {
    await table.put('expires', 100);
    let failures = 2;
    const streamsCall: DynamoDbCall = async (operation, input) => {
      if (operation === 'GetRecords' && failures > 0) {
        failures -= 1;
        throw lost;
      }
      return table.streams.call(operation, input);
    };
    const deletions = create({ streamsCall });
    await deletions.delete(ttlTable(), [expired('expires', 100)]);
    expect(told).toHaveLength(2);
    expect(await stamped(deletions)).toEqual([byTtl('expires')]);
  });

  it('are found in the shards that follow', async () => {
    const shards = [[{ ShardId: 'old' }], [{ ShardId: 'old' }, { ShardId: 'new', ParentShardId: 'old' }]];
    const removal = {
      eventID: '1',
      eventName: 'REMOVE',
      dynamodb: {
        SequenceNumber: '7',
        ApproximateCreationDateTime: 0,
        Keys: expired('expires', 100).key,
        OldImage: { expiresAt: { N: '100.0' } },
      },
    } satisfies EngineRecord;
    const streamsCall: DynamoDbCall = async (operation, input) => {
      const { ShardId, ShardIteratorType, ShardIterator } = input as Record<string, string>;
      if (operation === 'DescribeStream') return { StreamDescription: { Shards: shards.shift() } };
      if (operation === 'GetShardIterator') return { ShardIterator: `${ShardId} ${ShardIteratorType}` };
      if (ShardIterator === 'old LATEST') return { Records: [] };
      return { Records: ShardIterator === 'new TRIM_HORIZON' ? [removal] : [], NextShardIterator: 'end' };
    };
    const deletions = create({ streamsCall, call: async () => ({}) });
    await deletions.delete(ttlTable(), [expired('expires', 100)]);
    expect(removals(await deletions.stamp(table.streamArn, [removal]))).toEqual([byTtl('expires')]);
  });

  it('need no stream', async () => {
    await table.put('expires', 100);
    const { streamArn: _, ...withoutStream } = ttlTable();
    const { deleted } = await create().delete(withoutStream, [expired('expires', 100)]);
    expect(deleted).toHaveLength(1);
    expect(await table.ids()).toEqual([]);
  });

  it('do not begin where the stream cannot be followed', async () => {
    await table.put('expires', 100);
    const deletions = create({ streamsCall: async () => Promise.reject(lost) });
    await expect(deletions.delete(ttlTable(), [expired('expires', 100)])).rejects.toBe(lost);
    expect(await table.ids()).toEqual(['expires']);
  });

  it('are waited for no longer once the signal has aborted', async () => {
    await table.put('expires', 100);
    const closing = new AbortController();
    const streamsCall: DynamoDbCall = async (operation, input) =>
      operation === 'GetRecords' ? {} : table.streams.call(operation, input);
    const call: DynamoDbCall = async (operation, input) => {
      const answer = await table.call(operation, input);
      closing.abort(new Error('closing'));
      return answer;
    };
    const deletions = create({ call, streamsCall, signal: closing.signal });
    await expect(deletions.delete(ttlTable(), [expired('expires', 100)])).rejects.toThrow('closing');
  });
});
