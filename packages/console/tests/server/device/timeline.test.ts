import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { jsonAnswer, jsonError, wireConfig } from '@device-lifecycle/test-kit/sdk-answers.ts';
import { describe, expect, it } from '@jest/globals';
import type { TimelineLine } from '../../../src/contract/device.ts';
import { timelineOf } from '../../../src/server/device/timeline.ts';
import { type LoggedStep, loggedStep } from '../logged-steps.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 5, 30);

interface Asked {
  readonly startTime: number;
  readonly endTime?: number;
  readonly filterPattern: string;
  readonly nextToken?: string;
}

/** A log group in pages of a few events, as FilterLogEvents tells it. */
function createGroup(events: readonly LoggedStep[], pageSize = 50) {
  const asked: Asked[] = [];
  const client = new CloudWatchLogsClient(
    wireConfig(({ input }) => {
      const request = input as unknown as Asked;
      asked.push(request);
      const { startTime, endTime = Number.POSITIVE_INFINITY, filterPattern, nextToken = '0' } = request;
      const found = events
        .filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime)
        .filter(({ message }) => message.includes(filterPattern.slice(1, -1)));
      const end = Number(nextToken) + pageSize;
      return jsonAnswer({
        events: found.slice(Number(nextToken), end),
        ...(end < found.length && { nextToken: String(end) }),
      });
    }),
  );
  return { client, asked };
}

async function read(client: CloudWatchLogsClient, more: { beforeMs?: number; fromMs?: number } = {}) {
  const events: string[] = [];
  let fromMs: number | undefined;
  const { signal } = new AbortController();
  const request = { client, logGroupName: 'events', deviceId: 'dev-1', nowMs: NOW, fromMs: NOW - 720 * HOUR };
  for await (const line of timelineOf({ ...request, signal, ...more }) as AsyncIterable<TimelineLine>) {
    if ('event' in line) events.push(line.event.id);
    else fromMs = line.end.fromMs;
  }
  return { events, fromMs };
}

describe('timelineOf', () => {
  it('reads back to the start of the time, what others with a like name did left out', async () => {
    const events = [
      loggedStep(1, NOW - 719 * HOUR),
      loggedStep(2, NOW - 5 * HOUR),
      loggedStep(0, NOW - 4 * HOUR, 'dev-10'),
      // By a clock that is ahead.
      loggedStep(3, NOW + HOUR),
    ];
    const { client } = createGroup(events, 1);
    const { events: ids, fromMs } = await read(client);
    expect(new Set(ids)).toEqual(new Set(['dev-1/1/1', 'dev-1/1/2', 'dev-1/1/3']));
    expect(fromMs).toBe(NOW - 720 * HOUR);
  });

  it('ends with enough, and goes on from there until all are told', async () => {
    const events = Array.from({ length: 1_300 }, (_, index) => loggedStep(index, NOW - 2 * HOUR + index));
    const { client, asked } = createGroup(events);
    const first = await read(client);
    // Of the slice with all of them, the newest.
    expect(first.events).toHaveLength(500);
    expect(first.events.at(-1)).toBe('dev-1/1/1299');
    expect(asked.every(({ startTime }) => startTime > NOW - 8 * HOUR)).toBe(true);
    const seen = new Set(first.events);
    let { fromMs } = first;
    for (let rounds = 0; rounds < 5 && fromMs !== NOW - 720 * HOUR; rounds += 1) {
      const next = await read(client, { ...(fromMs !== undefined && { beforeMs: fromMs }) });
      for (const id of next.events) seen.add(id);
      ({ fromMs } = next);
    }
    expect(seen.size).toBe(1_300);
  });

  it('fails as the service does', async () => {
    const client = new CloudWatchLogsClient(wireConfig(() => jsonError('AccessDeniedException', 'no')));
    await expect(read(client)).rejects.toThrow('no');
  });
});
