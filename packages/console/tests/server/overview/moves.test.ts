import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { jsonAnswer, type WireRequest, wireConfig } from '@device-lifecycle/test-kit/sdk-answers.ts';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import type { LifecycleEvent, LiveMessage } from '../../../src/contract/live.ts';
import { createClients } from '../../../src/server/clients.ts';
import { createFollower } from '../../../src/server/overview/follower.ts';
import { createMoves } from '../../../src/server/overview/moves.ts';

const MINUTE_MS = 60_000;
const NOW = Date.UTC(2026, 5, 1, 12) + 30_000;

const registered = (at: number): LifecycleEvent => ({
  type: 'DeviceRegistered',
  id: `dev-1/${at}/2`,
  deviceId: 'dev-1',
  registeredAt: at,
  sequence: 2,
  at,
  actor: { source: 'device' },
});

const heard = (...ats: number[]): LiveMessage => ({
  type: 'lifecycle',
  events: ats.map(registered),
  counts: { DeviceRegistered: ats.length },
});

/** Logs that find one registration in the minute before, whenever they are asked. */
function createFixture() {
  const state = { nowMs: NOW };
  const queries: string[] = [];
  const answer = ({ operation, input }: WireRequest) => {
    if (operation === 'StartQuery') queries.push(String(input['queryString']));
    if (operation === 'StartQuery') return jsonAnswer({ queryId: 'q' });
    const row = { bin: String(Math.floor(NOW / MINUTE_MS) - 1), type: 'DeviceRegistered', moves: '1' };
    return jsonAnswer({
      status: 'Complete',
      results: [Object.entries(row).map(([field, value]) => ({ field, value }))],
      statistics: { recordsMatched: 1, recordsScanned: 1, bytesScanned: 1024 ** 3 },
    });
  };
  let tell: (message: LiveMessage) => void = () => undefined;
  const follower = createFollower({
    feed: {
      listen(hear) {
        tell = hear;
        hear({ type: 'ready' });
      },
    },
    clock: { now: () => state.nowMs, sleep: () => new Promise(() => {}) },
    signal: new AbortController().signal,
  });
  const clock = { now: () => state.nowMs, sleep: async () => undefined };
  const clients = { ...createClients(testStack), logs: new CloudWatchLogsClient(wireConfig(answer)) };
  const moves = createMoves(
    { stack: testStack, clients, clock, signal: new AbortController().signal },
    { follower, now: async () => state.nowMs },
  );
  const counts = async () =>
    (await moves('hour')).bins.slice(-3).map(({ counts: { DeviceRegistered = 0 } }) => DeviceRegistered);
  return { state, queries, moves, counts, tell: (message: LiveMessage) => tell(message) };
}

describe('createMoves', () => {
  it('tells minute by minute what a query has found, without gaps, and what that cost', async () => {
    const { moves, counts, queries } = createFixture();
    const { bins, binMs, scanned } = await moves('hour');
    expect(bins).toHaveLength(60);
    expect(bins.at(-1)?.startMs).toBe(NOW - 30_000);
    expect({ binMs, scanned }).toEqual({
      binMs: MINUTE_MS,
      scanned: { bytes: 1024 ** 3, usd: 0.005, atMs: NOW },
    });
    expect(await counts()).toEqual([0, 1, 0]);
    expect(queries).toHaveLength(1);
  });

  it('asks less often than every minute where a query costs half a cent', async () => {
    const { state, moves, queries } = createFixture();
    await moves('hour');
    state.nowMs = NOW + 14 * MINUTE_MS;
    await moves('hour');
    expect(queries).toHaveLength(1);
    await moves('hour', MINUTE_MS);
    expect(queries).toHaveLength(2);
  });

  it('adds what is heard of since, once, also when the next query has found it', async () => {
    const { state, counts, tell, queries } = createFixture();
    await counts();
    state.nowMs = NOW + 5_000;
    tell(heard(NOW + 4_000, NOW + 4_500));
    expect(await counts()).toEqual([0, 1, 2]);
    state.nowMs = NOW + 40 * MINUTE_MS;
    await counts();
    const [, asOf] = /detail\.at < (\d+)/.exec(queries.at(-1) ?? '') ?? [];
    expect(Number(asOf)).toBe(state.nowMs - 20_000);
    tell(heard(state.nowMs - 1_000, state.nowMs - 40_000));
    expect((await counts()).at(-1)).toBe(1);
  });

  it('counts those of a flood that are not told one by one', async () => {
    const { state, counts, tell } = createFixture();
    await counts();
    state.nowMs = NOW + 5_000;
    tell({ type: 'lifecycle', events: [registered(NOW + 4_000)], counts: { DeviceRegistered: 1_000 } });
    expect(await counts()).toEqual([0, 1, 1_000]);
  });

  it('asks again at once when nothing was heard for a while', async () => {
    const { state, counts, tell, queries } = createFixture();
    await counts();
    state.nowMs = NOW + 5_000;
    tell({ type: 'problem', problem: { kind: 'throttled', message: 'slow down' } });
    tell({ type: 'ready' });
    await counts();
    await counts();
    expect(queries).toHaveLength(2);
  });
});
