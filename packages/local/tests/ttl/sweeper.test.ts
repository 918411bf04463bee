import { startDynoxide } from '@device-lifecycle/test-kit/dynoxide.ts';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import type { TableEngine } from '@device-lifecycle/test-kit/table-engine.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DynamoDbCall, DynamoDbError } from '../../src/engine/dynamodb-call.ts';
import { type Deletions, type ExpiredItem, findExpired, type TtlTable } from '../../src/ttl/expired-items.ts';
import { sweepTable } from '../../src/ttl/sweeper.ts';
import { createExpiringTable, type ExpiringTable } from './ttl-table.ts';

const table: TtlTable = { tableName: 'sessions', ttlAttribute: 'expiresAt', keyAttributes: ['id'] };
const nothing: Deletions = { deleted: [], unheard: [] };
const throttled = new DynamoDbError('ThrottlingException', 'slow down');

/** Pages as Scan gives them, of items that have expired. */
function pages(...lengths: number[]): DynamoDbCall {
  let page = 0;
  return async () => {
    const length = lengths[page % lengths.length] ?? 0;
    page += 1;
    const Items = Array.from({ length }, (_, index) => ({ id: { S: `${index}` }, expiresAt: { N: '1' } }));
    return { Items, ...(page % lengths.length === 0 ? {} : { LastEvaluatedKey: { id: { S: `${page}` } } }) };
  };
}

interface Swept {
  readonly batches: number[];
  readonly told: string[];
}

/** Sweeps until `isDone`, on a clock that jumps from one sleeper to the next. */
async function sweepUntil(
  isDone: (swept: Swept) => boolean,
  call: DynamoDbCall,
  remove: (items: readonly ExpiredItem[]) => Promise<Deletions>,
): Promise<Swept> {
  const clock = new FakeClock();
  const swept: Swept = { batches: [], told: [] };
  const tell = (message: string) => void swept.told.push(message);
  const closing = new AbortController();
  const sweeping = sweepTable(table, {
    call,
    deletions: {
      async delete(_, items) {
        swept.batches.push(items.length);
        return remove(items);
      },
    },
    clock,
    delaySeconds: 0,
    log: { info: tell, warn: tell, error: tell },
    signal: closing.signal,
  });
  await clock.runUntil(async () => isDone(swept));
  closing.abort();
  await sweeping;
  return swept;
}

const removeAll = async (items: readonly ExpiredItem[]): Promise<Deletions> => ({
  deleted: items,
  unheard: [],
});

describe('the sweeper', () => {
  it('goes through all pages, in batches, and tells once a sweep', async () => {
    const { batches, told } = await sweepUntil(({ told }) => told.length >= 2, pages(250, 0, 30), removeAll);
    expect(batches.slice(0, 8)).toEqual([100, 100, 50, 30, 100, 100, 50, 30]);
    expect(told.slice(0, 2)).toEqual(Array(2).fill('TTL has deleted 280 expired items of sessions'));
  });

  it('tells nothing when nothing is deleted', async () => {
    const { told } = await sweepUntil(
      ({ batches }) => batches.length >= 5,
      pages(1),
      async () => nothing,
    );
    expect(told).toEqual([]);
  });

  it('rests after each piece of work', async () => {
    const clock = new FakeClock();
    const closing = new AbortController();
    let scans = 0;
    const call: DynamoDbCall = async (...args) => {
      scans += 1;
      return pages(0, 0, 0)(...args);
    };
    const sweeping = sweepTable(table, {
      call,
      deletions: { delete: async () => nothing },
      clock,
      delaySeconds: 0,
      log: silentLog,
      signal: closing.signal,
    });
    while (clock.sleeping === 0) await new Promise(setImmediate);
    expect(scans).toBe(1);
    closing.abort();
    await sweeping;
  });

  it('goes on after errors, and tells of the first in a row alone', async () => {
    let calls = 0;
    const call: DynamoDbCall = async (operation, input) => {
      calls += 1;
      if (calls <= 3 || calls === 5) throw throttled;
      return pages(1)(operation, input);
    };
    const { told } = await sweepUntil(({ told }) => told.length >= 4, call, removeAll);
    const failed = `TTL cannot delete what has expired in sessions, and tries again: ThrottlingException: slow down`;
    const worked = 'TTL has deleted 1 expired items of sessions';
    expect(told.slice(0, 4)).toEqual([failed, worked, failed, worked]);
  });

  it('tells what it has deleted before an error', async () => {
    const remove = async (items: readonly ExpiredItem[]): Promise<Deletions> =>
      items.length === 100
        ? removeAll(items)
        : { deleted: items.slice(0, 10), unheard: [], error: throttled };
    const { told } = await sweepUntil(({ told }) => told.length >= 2, pages(150), remove);
    expect(told.slice(0, 2)).toEqual([
      'TTL has deleted 110 expired items of sessions',
      'TTL cannot delete what has expired in sessions, and tries again: ThrottlingException: slow down',
    ]);
  });
});

describe('a table of several pages', () => {
  let engine: TableEngine;
  let sessions: ExpiringTable;

  beforeAll(async () => {
    engine = await startDynoxide();
    sessions = await createExpiringTable(engine.endpoint);
  });

  afterAll(async () => {
    sessions.streams.close();
    await engine.stop();
  });

  it('is read to its end', async () => {
    const { call, tableName } = sessions;
    const ids = Array.from({ length: 2_400 }, (_, index) => index);
    const expiresAt = (id: number) => ({ N: String(1_767_225_599 + (id % 2)) });
    for (let first = 0; first < ids.length; first += 25) {
      const requests = ids.slice(first, first + 25).map((id) => ({
        PutRequest: { Item: { id: { S: `${id}` }, part: { N: '1' }, expiresAt: expiresAt(id) } },
      }));
      await call('BatchWriteItem', { RequestItems: { [tableName]: requests } });
    }
    const pages = findExpired(call, { ...table, tableName, keyAttributes: ['id', 'part'] }, 1_767_225_600);

    const found: ExpiredItem[] = [];
    for await (const page of pages) found.push(...page);

    expect(found.map(({ key }) => Number(key['id']?.['S'])).sort((one, other) => one - other)).toEqual(
      ids.filter((id) => id % 2 === 0),
    );
    expect(found[0]).toEqual({ key: { id: expect.anything(), part: { N: '1' } }, ttl: '1767225599' });
  });
});
