import { Readable } from 'node:stream';
import type { FleetBucket, Run } from '@device-lifecycle/operator/fleet/ports.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createResults } from '../../../src/server/fleets/results.ts';

const OUTCOMES = [
  { deviceId: 'a', outcome: 'decommissioned' },
  { deviceId: 'b', outcome: 'failed', error: 'Throttled', message: 'いっぱい "ü"', retryable: true },
  { deviceId: 'c', outcome: 'failed', error: 'DeviceNotFound' },
  { deviceId: 'd', outcome: 'failed', error: 'Throttled', retryable: true },
];
const RUN: Run = {
  executionArn: 'arn:x',
  name: 'x',
  status: 'ABORTED',
  startedAtMs: 0,
  endedAtMs: 1,
  input: { source: { key: 'sources/1.csv' } },
};

let controller: AbortController;
let reads: string[];
let failing: Error | undefined;

const FILES: Readonly<Record<string, string>> = {
  'results/x/1/manifest.json': '{"ResultFiles":{"SUCCEEDED":[{"Key":"one"}]}}',
  one: OUTCOMES.map((outcome) => `${JSON.stringify(outcome)}\n`).join(''),
  'sources/1.csv': 'deviceId\na\nb\nc\nd\ne\n',
};

const bucket: FleetBucket = {
  name: 'bucket',
  describe: async () => undefined,
  upload: async () => undefined,
  async read(key) {
    reads.push(key);
    if (failing !== undefined) throw failing;
    return Readable.from([Buffer.from(FILES[key] ?? '')]);
  },
  async *list() {
    yield 'results/x/1/manifest.json';
  },
};

beforeEach(() => {
  controller = new AbortController();
  reads = [];
  failing = undefined;
});

afterEach(() => controller.abort());

describe('results of a run', () => {
  it('are read once for all who ask, and anew after a redrive', async () => {
    const results = createResults(controller.signal);
    const [one, other] = [results.of(bucket, RUN, true), results.of(bucket, RUN, true)];
    expect((await one.results).tally.outcomes).toEqual({ decommissioned: 1, failed: 3, notRun: 1 });
    expect(await other.results).toBe(await one.results);
    expect(one.read()).toBe(5);
    expect(reads).toHaveLength(3);
    await results.of(bucket, { ...RUN, endedAtMs: 2 }, true).results;
    expect(reads).toHaveLength(6);
  });

  it('are read anew once they are all there, and then say how many devices have failed', async () => {
    const results = createResults(controller.signal);
    await results.of(bucket, RUN, false).results;
    expect(results.failedOf(RUN)).toBeUndefined();
    reads.length = 0;
    await results.of(bucket, RUN, true).results;
    expect(reads).toHaveLength(3);
    expect(results.failedOf(RUN)).toBe(3);
    expect(results.failedOf({ ...RUN, endedAtMs: 2 })).toBeUndefined();
  });

  it('have pages of what has failed or was not run, of one failure too', async () => {
    const { failures } = await createResults(controller.signal).of(bucket, RUN, true).results;
    const first = await failures({ after: 0, limit: 2 });
    expect(first.devices).toEqual(OUTCOMES.slice(1, 3));
    const second = await failures({ after: first.next ?? 0, limit: 2 });
    expect(second.devices.map(({ deviceId }) => deviceId)).toEqual(['d', 'e']);
    expect(second).not.toHaveProperty('next');
    const throttled = await failures({ after: 0, limit: 1, error: 'Throttled' });
    expect(throttled.devices).toEqual([OUTCOMES[1]]);
    const more = await failures({ after: throttled.next ?? 0, limit: 1, error: 'Throttled' });
    expect(more).toEqual({ devices: [OUTCOMES[3]] });
    expect((await failures({ after: 0, limit: 9, error: 'notRun' })).devices).toEqual([
      expect.objectContaining({ deviceId: 'e' }),
    ]);
  });

  it('that could not be read are read again', async () => {
    const results = createResults(controller.signal);
    failing = new Error('broken');
    await expect(results.of(bucket, RUN, true).results).rejects.toThrow('broken');
    failing = undefined;
    expect((await results.of(bucket, RUN, true).results).tally.devices).toBe(5);
  });

  it('are removed at the end of the console', async () => {
    const { failures } = await createResults(controller.signal).of(bucket, RUN, true).results;
    controller.abort();
    await expect(failures({ after: 0, limit: 2 })).rejects.toThrow('ENOENT');
  });
});
