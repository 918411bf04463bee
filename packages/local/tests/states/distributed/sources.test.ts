import { memoryObjects } from '@device-lifecycle/test-kit/object-store.ts';
import { describe, expect, it } from '@jest/globals';
import { csvOf, WRITER } from './fleet-machine.ts';
import { FleetUnderTest, spool, type Work, Workers } from './fleet-under-test.ts';

const results = spool();
const KEY = 'sources/lot-7.csv';

describe('the source of a map run', () => {
  it('may have no items: the run succeeds, with a manifest that names no files', async () => {
    const fleet = new FleetUnderTest(
      0,
      { ResultWriter: WRITER, ToleratedFailurePercentage: 0 },
      { spoolDirectory: results.directory },
    );
    const { status, output, executionArn } = await fleet.run();
    expect(status).toBe('SUCCEEDED');
    const { Key } = (output as { ResultWriterDetails: { Key: string } }).ResultWriterDetails;
    expect(JSON.parse(fleet.objects.contents.get(Key) ?? '')).toMatchObject({
      ResultFiles: { FAILED: [], PENDING: [], SUCCEEDED: [] },
    });
    expect(await fleet.mapRun(executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      itemCounts: { total: 0, pending: 0 },
      executionCounts: { total: 0, pending: 0 },
    });
    const plain = new FleetUnderTest(0, {}, {});
    expect(await plain.run()).toMatchObject({ status: 'SUCCEEDED', output: [] });
  });

  it('that is gone fails a redrive, which can be made again when it is back', async () => {
    const workers = new Workers();
    const setup = { handler: workers.handler, spoolDirectory: results.directory };
    const fleet = new FleetUnderTest(20, { MaxConcurrency: 1, ResultWriter: WRITER }, setup);
    const executionArn = fleet.start();
    const untilEnded = () => fleet.until(async () => (await fleet.status(executionArn)) !== 'RUNNING');
    await fleet.until(() => workers.open.length === 1);
    workers.at('device-0').succeed();
    await fleet.until(() => workers.seen.length === 2);
    workers.at('device-10').fail();
    await untilEnded();

    fleet.objects.contents.delete(KEY);
    await fleet.call('RedriveExecution', { executionArn });
    await untilEnded();
    expect(await fleet.outcome(executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
      cause: 'The specified key does not exist. (Service: S3, Status Code: 404, Error Code: NoSuchKey)',
    });
    expect(await fleet.mapRun(executionArn)).toMatchObject({
      status: 'FAILED',
      itemCounts: { succeeded: 10, failed: 0, pendingRedrive: 10, total: 20 },
    });

    fleet.objects.contents.set(KEY, csvOf(20));
    await fleet.call('RedriveExecution', { executionArn });
    await fleet.until(() => workers.open.length === 1);
    workers.at('device-10').succeed();
    await untilEnded();
    expect(await fleet.mapRun(executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: 2,
      itemCounts: { succeeded: 20, failed: 0, pendingRedrive: 0, total: 20, resultsWritten: 20 },
    });
    expect(await fleet.results(executionArn, 'SUCCEEDED_0.jsonl')).toHaveLength(10);
    expect(await fleet.results(executionArn, 'SUCCEEDED_1.jsonl')).toHaveLength(10);
  });

  it('is read by executions at once, each for itself', async () => {
    const handler = (event: unknown) => (event as Work).Items;
    const setup = {
      handler,
      spoolDirectory: results.directory,
      objects: memoryObjects({ [KEY]: csvOf(50) }),
    };
    const fleet = new FleetUnderTest(50, { ResultWriter: WRITER }, setup);
    for (const executionArn of [fleet.start(), fleet.start()]) {
      await fleet.until(async () => (await fleet.status(executionArn)) === 'SUCCEEDED');
      expect(await fleet.results(executionArn, 'SUCCEEDED_0.jsonl')).toHaveLength(50);
    }
  });
});

it('a child whose output is larger than the quota has failed', async () => {
  const handler = (event: unknown) => (event as Work).Items.map(() => 'x'.repeat(30_000));
  const setup = { handler, spoolDirectory: results.directory };
  const fleet = new FleetUnderTest(10, { ResultWriter: WRITER, ToleratedFailureCount: 10 }, setup);
  const { status, executionArn } = await fleet.run();
  expect(status).toBe('SUCCEEDED');
  expect(await fleet.results(executionArn, 'FAILED_0.jsonl')).toMatchObject([
    { Status: 'FAILED', Error: 'States.DataLimitExceeded' },
  ]);
  expect(await fleet.mapRun(executionArn)).toMatchObject({ itemCounts: { failed: 10, succeeded: 0 } });
});
