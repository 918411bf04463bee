import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createFakeFleet } from '@device-lifecycle/test-kit/fake-fleet.ts';
import { createTool, testStack } from '@device-lifecycle/test-kit/tool.ts';
import { expect, it } from '@jest/globals';
import { type ReportRow, rowsOfRun, withReport } from '../../src/fleet/read-report.ts';
import { reportAsCsv } from '../../src/fleet/report-csv.ts';
import { outcomesOf } from '../../src/fleet/results.ts';
import { retryRequest, withRetry } from '../../src/fleet/retry.ts';

const key = 'sources/x.csv';
const arn = 'arn:aws:states:eu-west-1:123456789012:execution:device-lifecycle-dev-decommission-fleet:run-1';

async function endedRun() {
  const fleet = createFakeFleet({ stack: testStack, looks: 1 });
  fleet.objects.set(key, 'deviceId\ndev-1\n-dev-2\ndev-3\n');
  fleet.fateOf = (deviceId) =>
    deviceId === 'dev-1' ? { deviceId, outcome: 'decommissioned', ttl: 7 } : 'batchFailed';
  const input = { source: { bucket: 'fleet-bucket', key }, requestedBy: 'x', reason: 'recall' };
  await fleet.tools.runs.start(
    arn.replace(':execution:', ':stateMachine:').replace(/:run-1$/, ''),
    'run-1',
    input,
  );
  const run = await fleet.tools.runs.describe(arn);
  if (run === undefined) throw new Error('The run is not there.');
  return { fleet, run };
}

it('what a run has left to do is the same by its report and without one', async () => {
  const { fleet, run } = await endedRun();
  const report = await buffer(reportAsCsv(outcomesOf(fleet.tools.bucket, run), arn));
  const rows = async (all: AsyncIterable<ReportRow>) => Readable.from(all).toArray();
  const directory = await mkdtemp(join(tmpdir(), 'report-'));
  const path = join(directory, 'x.csv');
  await writeFile(path, report);
  const byReport = await withReport(path, rows);
  await rm(directory, { recursive: true });
  expect(byReport).toHaveLength(3);
  expect(await rows(rowsOfRun(fleet.tools.bucket, run))).toEqual(byReport);
});

it('a run is retried without a file of it', async () => {
  const { fleet, run } = await endedRun();
  const { signal } = createTool().interrupted;
  await withRetry(run.name, rowsOfRun(fleet.tools.bucket, run), signal, async ({ file, execution }) => {
    expect(file.source.devices).toBe(2);
    expect(await retryRequest(fleet.tools.runs, execution(), { maxConcurrency: 2 })).toEqual({
      operation: 'decommission',
      reason: 'recall',
      requestId: 'run-1',
      maxConcurrency: 2,
    });
  });
});

it('a report whose reader goes away leaves nothing open', async () => {
  const { fleet, run } = await endedRun();
  let isClosed = false;
  async function* outcomes() {
    try {
      for (;;) yield* outcomesOf(fleet.tools.bucket, run);
    } finally {
      isClosed = true;
    }
  }
  for await (const _ of reportAsCsv(outcomes(), arn)) break;
  await new Promise(setImmediate);
  expect(isClosed).toBe(true);
});

it('a report whose results cannot be read fails', async () => {
  async function* outcomes() {
    yield { deviceId: 'dev-1', outcome: 'decommissioned' };
    throw new Error('It broke.');
  }
  await expect(buffer(reportAsCsv(outcomes(), arn))).rejects.toThrow('It broke.');
});
