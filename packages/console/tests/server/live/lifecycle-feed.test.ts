import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '@device-lifecycle/operator/clock.ts';
import {
  jsonAnswer,
  jsonError,
  type WireAnswer,
  type WireRequest,
  wireConfig,
} from '@device-lifecycle/test-kit/sdk-answers.ts';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, test } from '@jest/globals';
import type { LiveMessage } from '../../../src/contract/live.ts';
import { createLifecycleFeed } from '../../../src/server/live/lifecycle-feed.ts';
import { type LoggedStep, loggedStep } from '../logged-steps.ts';

const NOW = Date.UTC(2026, 5, 1, 12);
const POLL_MS = 2_000;

const step = (sequence: number, timestamp = NOW) => loggedStep(sequence, timestamp);

/** A log group that answers in pages of `pageSize`, or as it is told to; and a clock that moves with each sleep. */
function createFixture({ isLocal = false } = {}) {
  const events: LoggedStep[] = [];
  const calls: WireRequest[] = [];
  const slept: number[] = [];
  const faults: (WireAnswer | undefined)[] = [];
  const state = { now: NOW, pageSize: 100, exists: true };
  const client = new CloudWatchLogsClient(
    wireConfig((request) => {
      calls.push(request);
      const fault = faults.shift();
      if (fault !== undefined) return fault;
      if (!state.exists)
        return jsonError('ResourceNotFoundException', 'The specified log group does not exist.');
      const { startTime, nextToken = '0' } = request.input as { startTime: number; nextToken?: string };
      const found = events.filter(({ timestamp }) => timestamp >= startTime);
      const end = Number(nextToken) + state.pageSize;
      return jsonAnswer({
        events: found.slice(Number(nextToken), end),
        ...(end < found.length && { nextToken: String(end) }),
      });
    }),
  );
  let wake = () => {};
  let asleep = Promise.withResolvers<void>();
  const clock: Clock = {
    now: () => state.now,
    sleep: (ms, signal) => {
      slept.push(ms);
      state.now += ms;
      return new Promise((resolve) => {
        wake = resolve;
        signal?.addEventListener('abort', () => resolve());
        asleep.resolve();
      });
    },
  };
  const ended = new AbortController();
  const stack = isLocal
    ? { ...testStack, clientConfig: { ...testStack.clientConfig, endpoint: 'http://127.0.0.1:1' } }
    : testStack;
  const feed = createLifecycleFeed({ client, stack, clock, pollMs: POLL_MS, signal: ended.signal });
  return {
    state,
    events,
    calls,
    slept,
    faults,
    ended,
    listen() {
      const heard: LiveMessage[] = [];
      const gone = new AbortController();
      feed.listen((message) => heard.push(message), gone.signal);
      return { heard, leave: () => gone.abort() };
    },
    /** Resolves when the poll at hand is over. */
    settled: () => asleep.promise,
    /** The next poll, to its end. */
    async poll() {
      await asleep.promise;
      asleep = Promise.withResolvers();
      wake();
      await asleep.promise;
    },
    /** The sleep is over, and nobody may poll any more. */
    async wake() {
      await asleep.promise;
      wake();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const sequencesOf = (heard: readonly LiveMessage[]): readonly number[] =>
  heard.flatMap((message) =>
    message.type === 'lifecycle' ? message.events.map(({ sequence }) => sequence) : [],
  );

const problemsOf = (heard: readonly LiveMessage[]) =>
  heard.flatMap((message) => (message.type === 'problem' ? [message.problem.kind] : []));

const throttling = () => jsonError('ThrottlingException', 'Rate exceeded');

describe('what happens to devices', () => {
  test('is told from when somebody listens, once for all who do, and nothing is asked for nobody', async () => {
    const feed = createFixture();
    feed.events.push(step(0, NOW - 120_000), step(1));
    expect(feed.calls).toEqual([]);
    const [first, second] = [feed.listen(), feed.listen()];
    await feed.settled();
    feed.events.push(step(2));
    await feed.poll();

    expect(first.heard).toEqual([
      { type: 'ready' },
      { type: 'lifecycle', events: [expect.objectContaining({ sequence: 2 })], counts: { DeviceUpdated: 1 } },
    ]);
    expect(second.heard).toEqual(first.heard);
    expect(feed.calls).toHaveLength(2);
    // Who comes later learns how it stands, and not what was.
    const third = feed.listen();
    expect(third.heard).toEqual([{ type: 'ready' }]);
    for (const { leave } of [first, second, third]) leave();
    await feed.wake();
    expect(feed.calls).toHaveLength(2);
  });

  test('is heard once, though it is read and delivered several times, and comes out of order', async () => {
    const feed = createFixture();
    const { heard } = feed.listen();
    await feed.settled();
    feed.events.push(step(5, NOW + 1_000));
    await feed.poll();
    // Delivered again, with another timestamp; and an earlier one, which is late.
    feed.events.push(step(5, NOW + 1_500), step(4, NOW - 5_000), step(6, NOW + 2_000));
    await feed.poll();
    await feed.poll();

    expect(sequencesOf(heard)).toEqual([5, 4, 6]);
  });

  test('is heard however late it comes, and floods are not read again and again', async () => {
    const feed = createFixture();
    const { heard } = feed.listen();
    await feed.settled();
    for (let minute = 1; minute <= 20; minute += 1) {
      feed.state.now += 60_000;
      feed.events.push(step(minute, NOW + minute * 60_000));
      await feed.poll();
    }
    // Its function failed nine minutes long.
    feed.events.push(step(100, NOW + 11 * 60_000 + 1));
    await feed.poll();
    expect(sequencesOf(heard).at(-1)).toBe(100);

    feed.state.pageSize = 1_000;
    const end = NOW + 20 * 60_000;
    const flood = Array.from({ length: 5_000 }, (_, at) => step(1_000 + at, end + 100 * at));
    feed.events.push(...flood);
    for (let polls = 0; polls < 8; polls += 1) await feed.poll();
    const before = feed.calls.length;
    await feed.poll();
    expect(feed.calls.length - before).toBeLessThanOrEqual(2);
    feed.events.push(step(9_999, end + 100 * 4_990));
    await feed.poll();
    expect(sequencesOf(heard).filter((sequence) => sequence === 9_999)).toEqual([9_999]);
    expect(new Set(sequencesOf(heard)).size).toBe(sequencesOf(heard).length);
  });

  test('is not lost when a page in the midst of a reading is throttled', async () => {
    const feed = createFixture();
    const { heard } = feed.listen();
    await feed.settled();
    feed.events.push(step(1), step(2), step(3));
    feed.state.pageSize = 1;
    feed.faults.push(undefined, throttling());
    await feed.poll();
    expect(problemsOf(heard)).toEqual(['throttled']);
    await feed.poll();

    expect(sequencesOf(heard)).toEqual([1, 2, 3]);
    expect(heard.map(({ type }) => type).filter((type) => type !== 'lifecycle')).toEqual([
      'ready',
      'problem',
      'ready',
    ]);
  });

  test('is not mixed up with what was before, when the first reading fails half-way', async () => {
    const feed = createFixture();
    feed.events.push(step(1), step(2));
    feed.state.pageSize = 1;
    feed.faults.push(undefined, throttling());
    const { heard } = feed.listen();
    await feed.settled();
    await feed.poll();
    feed.events.push(step(3));
    await feed.poll();

    expect(sequencesOf(heard)).toEqual([3]);
  });

  test.each([
    [
      'forbidden',
      30_000,
      () => jsonError('AccessDeniedException', 'not authorized to perform: logs:FilterLogEvents'),
    ],
    ['throttled', 5_000, throttling],
  ])(
    'is %s: told so, to who comes later too, and asked for again after %d ms',
    async (kind, patienceMs, fault) => {
      const feed = createFixture();
      feed.faults.push(fault());
      const { heard } = feed.listen();
      await feed.settled();
      expect(problemsOf(heard)).toEqual([kind]);
      expect(problemsOf(feed.listen().heard)).toEqual([kind]);
      expect(feed.slept).toEqual([patienceMs]);
      await feed.poll();
      expect(heard.at(-1)).toEqual({ type: 'ready' });
    },
  );

  test('is heard of once the log group is there', async () => {
    const feed = createFixture();
    feed.state.exists = false;
    const { heard } = feed.listen();
    await feed.settled();
    expect(problemsOf(heard)).toEqual(['noStack']);
    feed.state.exists = true;
    await feed.poll();
    feed.events.push(step(1, feed.state.now));
    await feed.poll();

    expect(sequencesOf(heard)).toEqual([1]);
  });

  test('is heard when the clock is far ahead, and when a new runtime has it back in the present', async () => {
    const feed = createFixture({ isLocal: true });
    const { heard } = feed.listen();
    await feed.settled();
    const ahead = NOW + 31 * 24 * 3_600_000;
    feed.events.push(step(1, ahead));
    await feed.poll();
    feed.events.push(step(2, ahead + 1));
    await feed.poll();
    feed.faults.push(jsonError('ECONNREFUSED', 'connect ECONNREFUSED'));
    feed.events.length = 0;
    await feed.poll();
    expect(problemsOf(heard)).toEqual(['unreachable']);
    await feed.poll();
    feed.events.push(step(3, feed.state.now));
    await feed.poll();

    expect(sequencesOf(heard)).toEqual([1, 2, 3]);
  });

  test('is counted as a whole, though the newest alone are told of a flood', async () => {
    const feed = createFixture();
    const { heard } = feed.listen();
    await feed.settled();
    feed.state.pageSize = 1_000;
    feed.events.push(...Array.from({ length: 500 }, (_, sequence) => step(sequence)));
    await feed.poll();

    expect(sequencesOf(heard)).toEqual(Array.from({ length: 200 }, (_, at) => 300 + at));
    expect(heard.at(-1)).toMatchObject({ counts: { DeviceUpdated: 500 } });
  });

  test("is no message that is not the service's", async () => {
    const feed = createFixture();
    const { heard } = feed.listen();
    await feed.settled();
    const strangers = [
      'no JSON',
      '{}',
      '{"detail-type":"IntegrityViolation","detail":{"deviceId":"a"}}',
      'null',
    ];
    feed.events.push(...strangers.map((message) => ({ timestamp: NOW, message })));
    await feed.poll();

    expect(heard).toEqual([{ type: 'ready' }]);
  });

  test('ends with the console', async () => {
    const feed = createFixture();
    feed.listen();
    await feed.settled();
    feed.ended.abort();
    await feed.wake();

    expect(feed.calls).toHaveLength(1);
  });
});
