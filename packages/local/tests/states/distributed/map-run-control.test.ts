import { memoryObjects } from '@device-lifecycle/test-kit/object-store.ts';
import { typesOf } from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';
import { csvOf, WRITER } from './fleet-machine.ts';
import { FleetUnderTest, spool, Workers } from './fleet-under-test.ts';

const results = spool();

describe('a map run while it runs', () => {
  it('reads no further than its children take, and runs as many at once as it may', async () => {
    const workers = new Workers();
    const csv = csvOf(8_000);
    const objects = memoryObjects({ 'sources/lot-7.csv': csv }, 256);
    const fleet = new FleetUnderTest(8_000, { MaxConcurrency: 3 }, { handler: workers.handler, objects });
    const executionArn = fleet.start();
    await fleet.until(() => workers.open.length === 3);
    await fleet.until(async () => (await fleet.mapRun(executionArn)).itemCounts.total === 8_000);

    expect(workers.open).toHaveLength(3);
    // Once to count it, and of the reading proper what fits into its buffers.
    expect(objects.taken.bytes).toBeLessThan(csv.length + 80_000);
    expect(await fleet.mapRun(executionArn)).toMatchObject({
      maxConcurrency: 3,
      itemCounts: { pending: 7_970, running: 30, total: 8_000 },
      executionCounts: { pending: 797, running: 3, total: 800 },
    });
    workers.open[0]?.succeed();
    await fleet.until(() => workers.seen.length === 4);
    expect(workers.most).toBe(3);
    await fleet.service.close();
  });

  it('takes other limits at once', async () => {
    const workers = new Workers();
    const fleet = new FleetUnderTest(
      100,
      { MaxConcurrency: 1, ToleratedFailureCount: 50 },
      { handler: workers.handler },
    );
    const executionArn = fleet.start();
    await fleet.until(() => workers.open.length === 1);
    const { mapRunArn } = await fleet.mapRun(executionArn);

    await fleet.call('UpdateMapRun', { mapRunArn, maxConcurrency: 4 });
    await fleet.until(() => workers.open.length === 4);
    expect(await fleet.mapRun(executionArn)).toMatchObject({ maxConcurrency: 4, toleratedFailureCount: 50 });

    await fleet.call('UpdateMapRun', { mapRunArn, maxConcurrency: 2 });
    for (const work of workers.open.slice(0, 3)) work.succeed();
    await fleet.until(() => workers.open.length === 2);

    workers.open[0]?.fail();
    await fleet.until(async () => (await fleet.mapRun(executionArn)).itemCounts.failed === 10);
    expect(await fleet.status(executionArn)).toBe('RUNNING');
    await fleet.call('UpdateMapRun', { mapRunArn, toleratedFailureCount: 5 });
    for (const work of [...workers.open]) work.succeed();
    await fleet.until(async () => (await fleet.status(executionArn)) === 'FAILED');
    await expect(fleet.call('UpdateMapRun', { mapRunArn, maxConcurrency: 1 })).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });

  it('is stopped with its execution: Express children end, none begins, and what there is is written', async () => {
    const workers = new Workers();
    const fleet = new FleetUnderTest(
      100,
      { MaxConcurrency: 2, ResultWriter: WRITER, ToleratedFailurePercentage: 100 },
      { handler: workers.handler, spoolDirectory: results.directory },
    );
    const executionArn = fleet.start();
    await fleet.until(() => workers.open.length === 2);
    workers.at('device-0').succeed();
    await fleet.until(() => workers.seen.length === 3);

    await fleet.call('StopExecution', { executionArn, error: 'Stopped', cause: 'By hand.' });
    expect(await fleet.status(executionArn)).toBe('ABORTED');
    expect(await fleet.mapRun(executionArn)).toMatchObject({ status: 'RUNNING' });
    workers.at('device-10').succeed();
    workers.at('device-20').fail();
    await fleet.untilMapRun(executionArn, 'ABORTED');

    expect(workers.seen).toHaveLength(3);
    expect(await fleet.results(executionArn, 'SUCCEEDED_0.jsonl')).toHaveLength(20);
    expect(await fleet.results(executionArn, 'FAILED_0.jsonl')).toMatchObject([
      { Status: 'FAILED', Error: 'Throttled' },
    ]);
    expect(await fleet.results(executionArn, 'PENDING_0.jsonl')).toMatchObject([{ Status: 'PENDING' }]);
    expect(await fleet.mapRun(executionArn)).toMatchObject({
      itemCounts: { succeeded: 20, failed: 10, aborted: 0, pending: 70, resultsWritten: 30 },
    });
    expect(typesOf(await fleet.outcome(executionArn)).slice(-2)).toEqual([
      'MapRunAborted',
      'ExecutionAborted',
    ]);
  });

  it('aborts Standard children when it is stopped', async () => {
    const workers = new Workers();
    const fleet = new FleetUnderTest(
      40,
      { ResultWriter: WRITER },
      { handler: workers.handler, spoolDirectory: results.directory },
      'STANDARD',
    );
    const executionArn = fleet.start();
    await fleet.until(() => workers.open.length === 4);
    const { mapRunArn } = await fleet.mapRun(executionArn);

    await fleet.call('StopExecution', { executionArn });
    await fleet.untilMapRun(executionArn, 'ABORTED');

    expect(await fleet.results(executionArn, 'FAILED_0.jsonl')).toHaveLength(4);
    const { executions } = await fleet.call('ListExecutions', { mapRunArn });
    expect(executions.map(({ status }: { status: string }) => status)).toEqual(Array(4).fill('ABORTED'));
    expect(await fleet.mapRun(executionArn)).toMatchObject({
      itemCounts: { aborted: 40, running: 0 },
      executionCounts: { aborted: 4, running: 0 },
    });
  });

  it('leaves no sleeper and no worker behind when the runtime ends', async () => {
    const workers = new Workers();
    const fleet = new FleetUnderTest(100, {}, { handler: workers.handler });
    const executionArn = fleet.start();
    await fleet.until(() => workers.open.length === 10);

    await fleet.service.close();

    expect(fleet.clock.sleeping).toBe(0);
    expect(await fleet.status(executionArn)).toBe('RUNNING');
  });
});
