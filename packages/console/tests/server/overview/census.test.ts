import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  jsonAnswer,
  jsonError,
  type WireAnswer,
  type WireRequest,
  wireConfig,
} from '@device-lifecycle/test-kit/sdk-answers.ts';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import type { LiveMessage } from '../../../src/contract/live.ts';
import type { CensusLine } from '../../../src/contract/overview.ts';
import { createClients } from '../../../src/server/clients.ts';
import { createCensusTaker } from '../../../src/server/overview/census.ts';
import { createFollower } from '../../../src/server/overview/follower.ts';

const NOW = Date.UTC(2026, 5, 1);

interface FixtureOptions {
  readonly items?: number;
  readonly hears?: LiveMessage;
}

/** Tables that answer page by page, and a clock that moves with each sleep. */
function createFixture({ items = 4, hears = { type: 'ready' } }: FixtureOptions = {}) {
  const state = { nowMs: NOW, faults: [] as WireAnswer[] };
  const scans: WireRequest[] = [];
  const slept: number[] = [];
  const pages: Record<string, string[][]> = {
    [testStack.tables.devices]: [['a', 'b'], ['c']],
    [testStack.tables.invalidDevices]: [['d']],
  };
  const scan = (request: WireRequest): WireAnswer => {
    scans.push(request);
    const fault = state.faults.shift();
    if (fault !== undefined) return fault;
    const { TableName, ExclusiveStartKey } = request.input as {
      TableName: string;
      ExclusiveStartKey?: { id: { S: string } };
    };
    const index = Number(ExclusiveStartKey?.id.S ?? 0);
    const all = pages[TableName] ?? [];
    return jsonAnswer({
      Items: all[index]?.map((S) => ({ id: { S } })),
      ConsumedCapacity: { CapacityUnits: 128 },
      ...(index + 1 < all.length && { LastEvaluatedKey: { id: { S: String(index + 1) } } }),
    });
  };
  const dynamoDb = new DynamoDBClient(
    wireConfig((request) =>
      request.operation === 'DescribeTable'
        ? jsonAnswer({ Table: { ItemCount: items / 2, TableSizeBytes: 4_096 } })
        : scan(request),
    ),
  );
  const clock = {
    now: () => state.nowMs,
    async sleep(ms: number) {
      slept.push(ms);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  let tell: (message: LiveMessage) => void = () => {
    throw new Error('Nobody listens.');
  };
  const ended = new AbortController();
  const feed = {
    listen(hear: (message: LiveMessage) => void) {
      tell = hear;
      hear(hears);
    },
  };
  const { signal } = ended;
  const follower = createFollower({ feed, clock: { ...clock, sleep: () => new Promise(() => {}) }, signal });
  const clients = { ...createClients(testStack), dynamoDb };
  const census = createCensusTaker(
    { stack: testStack, clients, clock, signal },
    { follower, now: async () => state.nowMs },
  );
  return { state, scans, slept, census, tell: (message: LiveMessage) => tell(message) };
}

async function countAll(lines: AsyncIterable<CensusLine>): Promise<readonly CensusLine[]> {
  const all: CensusLine[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

const signal = () => new AbortController().signal;

describe('createCensusTaker', () => {
  it('reads both tables page by page, and rests so that they have room for devices', async () => {
    const { census, scans, slept } = createFixture();
    const lines = await countAll(census.count(signal()));
    expect(lines.at(0)).toEqual({ progress: { done: 0, total: 4 } });
    expect(lines.at(-1)).toMatchObject({
      census: { active: 3, decommissioned: 1, held: 1, isFollowed: true },
    });
    expect(scans).toHaveLength(3);
    expect(scans.map(({ input }) => input['ProjectionExpression'])).toContain('id');
    // 128 units of 500 a second.
    expect(slept.filter((ms) => ms === 256)).toHaveLength(3);
  });

  it('is taken once for all who want it at a time', async () => {
    const { census, scans } = createFixture();
    const all = await Promise.all([countAll(census.count(signal())), countAll(census.count(signal()))]);
    expect(all.map((lines) => lines.at(-1))).toEqual([
      expect.objectContaining({ census: expect.anything() }),
      expect.objectContaining({ census: expect.anything() }),
    ]);
    expect(scans).toHaveLength(3);
  });

  it('ends with the last who wants it', async () => {
    const { census, scans } = createFixture();
    const gone = new AbortController();
    const counting = census.count(gone.signal);
    await counting.next();
    await counting.next();
    gone.abort();
    await counting.return(undefined);
    expect((await census.state()).census).toBeUndefined();
    const pagesRead = scans.length;
    expect(pagesRead).toBeGreaterThan(0);
    // The next one neither joins it nor reads beside it.
    await countAll(census.count(signal()));
    expect(scans).toHaveLength(pagesRead + 3);
  });

  it('says why it failed, and can be taken again', async () => {
    const { census, state } = createFixture();
    state.faults.push(jsonError('AccessDeniedException', 'no'));
    await expect(countAll(census.count(signal()))).rejects.toThrow('no');
    expect((await countAll(census.count(signal()))).at(-1)).toMatchObject({ census: { active: 3 } });
  });

  it('is due by itself where it is cheap: at first, soon when it is only about right, and when it has grown old', async () => {
    const { census, state, tell } = createFixture();
    expect(await census.state()).toMatchObject({ isDue: true, plan: { items: 4, bytes: 8_192 } });
    await countAll(census.count(signal()));
    state.nowMs = NOW + 60_000;
    expect((await census.state()).isDue).toBe(false);
    tell({ type: 'lifecycle', events: [], counts: { DeviceRestored: 1 } });
    const { isDue, census: known } = await census.state();
    expect({ isDue, known }).toMatchObject({ isDue: true, known: { active: 4, isApproximate: true } });
    await countAll(census.count(signal()));
    expect((await census.state()).isDue).toBe(false);
    state.nowMs += 600_000;
    expect((await census.state()).isDue).toBe(true);
  });

  it('is never due by itself where many items would be read', async () => {
    const { census } = createFixture({ items: 50_002 });
    expect((await census.state()).isDue).toBe(false);
  });

  it('says when what happens is not heard of, or was not for a while', async () => {
    const problem = { kind: 'forbidden', message: 'no' } as const;
    const deaf = createFixture({ hears: { type: 'problem', problem } });
    await countAll(deaf.census.count(signal()));
    expect((await deaf.census.state()).census?.isFollowed).toBe(false);
    const { census, tell } = createFixture();
    await countAll(census.count(signal()));
    tell({ type: 'problem', problem });
    tell({ type: 'ready' });
    expect((await census.state()).census?.isFollowed).toBe(false);
  });
});
