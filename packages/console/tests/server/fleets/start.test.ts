import { Readable } from 'node:stream';
import type { Clock } from '@device-lifecycle/operator/clock.ts';
import { withCheckedStream } from '@device-lifecycle/operator/fleet/check-file.ts';
import type { Watcher } from '@device-lifecycle/operator/watcher.ts';
import { START } from '@device-lifecycle/test-kit/clock.ts';
import { createFakeFleet, type FakeFleet } from '@device-lifecycle/test-kit/fake-fleet.ts';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { StartRequest, TakenFromRun } from '../../../src/contract/fleets.ts';
import { findSame, start } from '../../../src/server/fleets/start.ts';
import { takeFromRun } from '../../../src/server/fleets/take-from-run.ts';
import type { Kept } from '../../../src/server/fleets/uploads.ts';

const { signal } = new AbortController();
const clock: Clock = { now: () => START, sleep: async () => undefined };
const watcher: Watcher = {
  terminal: { progress: () => ({ update: () => undefined, stop: () => undefined }) },
  clock,
  signal,
};

let fleet: FakeFleet;

beforeEach(() => {
  fleet = createFakeFleet({ stack: testStack, looks: 1 });
});

const ask = (asked: Partial<StartRequest> = {}): Omit<StartRequest, 'uploadId'> => ({
  operation: 'decommission',
  reason: 'recall',
  skipBadLines: false,
  ...asked,
});

const begin = (kept: Kept, asked: Partial<StartRequest> = {}) =>
  start(fleet.tools, testStack, { upload: { ...kept, id: 'u' }, asked: ask(asked) }, watcher);

const withFile = (content: string, use: (kept: Kept) => Promise<void>): Promise<void> =>
  withCheckedStream('lot.csv', Readable.from([Buffer.from(content)]), signal, (file) =>
    use({ file, operations: ['decommission', 'restore'] }),
  );

const withTaken = async (executionArn: string, take: TakenFromRun, use: (kept: Kept) => Promise<void>) =>
  (await takeFromRun(fleet.tools, { executionArn, take }, { clock }, signal))(use);

/** Has a run of these devices ended; resolves to its ARN. */
async function ended(deviceIds: readonly string[], asked: Partial<StartRequest> = {}): Promise<string> {
  let arn = '';
  await withFile(`deviceId\n${deviceIds.join('\n')}\n`, async (kept) => {
    ({ executionArn: arn } = await begin(kept, asked));
  });
  await fleet.tools.runs.describe(arn);
  return arn;
}

describe('a run from the console', () => {
  it('is the one that runs already, where the same is asked for', async () => {
    fleet = createFakeFleet({ stack: testStack, looks: 99 });
    await withFile('deviceId\na\n', async (kept) => {
      const upload = { ...kept, id: 'u' };
      expect(await findSame(fleet.tools, testStack, upload, ask())).toEqual({});
      const { executionArn, isGoingOn } = await begin(kept);
      expect(isGoingOn).toBe(false);
      expect(await begin(kept)).toEqual({ executionArn, isGoingOn: true });
      expect(await findSame(fleet.tools, testStack, upload, ask())).toMatchObject({
        running: { executionArn },
      });
    });
    expect(fleet.started).toHaveLength(1);
  });

  it('does not begin with lines that are not understood, unless they are left out', async () => {
    await withFile('deviceId\na\nb c\n', async (kept) => {
      await expect(begin(kept)).rejects.toThrow('lot.csv has 1 bad line');
      await begin(kept, { skipBadLines: true });
    });
    expect(fleet.started).toHaveLength(1);
  });

  it('says why devices leave service, and keeps them in one way', async () => {
    await withFile('deviceId\na\n', async (kept) => {
      const { reason: _, ...without } = ask();
      const upload = { ...kept, id: 'u' };
      await expect(start(fleet.tools, testStack, { upload, asked: without }, watcher)).rejects.toThrow(
        'Say why',
      );
      await expect(begin(kept, { retentionDays: 1, legalHold: true })).rejects.toThrow('one of the two');
    });
    expect(fleet.started).toEqual([]);
  });

  it('retries what has failed as it was asked for, at another pace', async () => {
    fleet.fateOf = (deviceId) =>
      deviceId === 'b' ? 'pending' : { deviceId, outcome: 'failed', error: 'X', retryable: deviceId === 'a' };
    const first = await ended(['a', 'b', 'c'], { retentionDays: 7, maxConcurrency: 1 });
    await withTaken(first, 'failures', async (kept) => {
      expect(kept.from).toMatchObject({ reason: 'recall', retentionDays: 7 });
      await begin(kept, { retentionDays: 9, maxConcurrency: 20, reason: 'again' });
    });
    const [before, after] = fleet.started;
    const input = after?.input ?? {};
    expect(input).toMatchObject({ reason: 'again', retentionDays: 7, maxConcurrency: 20 });
    expect(input['requestId']).toBe(before?.input['requestId']);
    expect(fleet.objects.get(Object(input['source']).key)).toBe('deviceId\na\nb\n');
  });

  it('brings back what was decommissioned, but for what is too late', async () => {
    fleet.fateOf = (deviceId) => ({
      deviceId,
      outcome: 'decommissioned',
      ttl: START / 1_000 + (deviceId === 'a' ? -1 : 60),
    });
    const first = await ended(['a', 'b']);
    await withTaken(first, 'decommissioned', async (kept) => {
      expect(kept.expired).toEqual({ count: 1, examples: ['a'] });
      await expect(begin(kept)).rejects.toThrow('is not for decommission');
      await begin(kept, { operation: 'restore', retentionDays: 3 });
    });
    const [, restoring] = fleet.started;
    expect(restoring?.name).toMatch(/^restore-/);
    expect(restoring?.input).not.toHaveProperty('retentionDays');
    expect(fleet.objects.get(Object(restoring?.input['source']).key)).toBe('deviceId\nb\n');
  });

  it('is of something', async () => {
    const first = await ended(['a']);
    await expect(withTaken(first, 'failures', async () => undefined)).rejects.toThrow(
      'Nothing of it has failed that could succeed',
    );
    fleet = createFakeFleet({ stack: testStack, looks: 99 });
    const running = await ended(['a']);
    await expect(withTaken(running, 'failures', async () => undefined)).rejects.toThrow('has not ended');
  });
});
