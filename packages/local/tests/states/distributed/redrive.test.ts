import { type MemoryObjects, memoryObjects } from '@device-lifecycle/test-kit/object-store.ts';
import { INVOKE, typesOf } from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../../src/aws.ts';
import { csvOf, WRITER } from './fleet-machine.ts';
import { FleetUnderTest, spool, Workers } from './fleet-under-test.ts';

const results = spool();
const DAY_MS = 24 * 60 * 60 * 1_000;

const NAMES = (outcomes: readonly unknown[]) =>
  outcomes.map((outcome) => (outcome as { deviceId: string }).deviceId).sort();

/** A run of forty devices of which ten have failed, one child after another. */
async function failedRun(
  fields: object = {},
  type: 'STANDARD' | 'EXPRESS' = 'EXPRESS',
  over: (objects: MemoryObjects) => MemoryObjects = (objects) => objects,
) {
  const workers = new Workers();
  const objects = over(memoryObjects({ 'sources/lot-7.csv': csvOf(40) }));
  const fleet = new FleetUnderTest(
    40,
    { MaxConcurrency: 1, ResultWriter: WRITER, ...fields },
    { handler: workers.handler, spoolDirectory: results.directory, objects },
    type,
  );
  const executionArn = fleet.start({}, 'lot-7');
  await fleet.until(() => workers.open.length === 1);
  workers.at('device-0').succeed();
  await fleet.until(() => workers.seen.length === 2);
  workers.at('device-10').fail();
  await fleet.until(async () => (await fleet.status(executionArn)) === 'FAILED');
  return { fleet, workers, executionArn };
}

describe('a redrive', () => {
  it('runs again what did not succeed, and has the results of both attempts', async () => {
    const { fleet, workers, executionArn } = await failedRun();
    const before = await fleet.mapRun(executionArn);
    expect(before).toMatchObject({ status: 'FAILED', redriveCount: 0 });
    expect(await fleet.results(executionArn, 'FAILED_0.jsonl')).toHaveLength(1);
    expect(await fleet.call('DescribeExecution', { executionArn })).toMatchObject({
      redriveCount: 0,
      redriveStatus: 'REDRIVABLE',
    });

    await fleet.call('RedriveExecution', { executionArn });
    for (const device of ['device-10', 'device-20', 'device-30']) {
      await fleet.until(() => workers.open.length === 1);
      workers.at(device).succeed();
    }
    await fleet.until(async () => (await fleet.status(executionArn)) === 'SUCCEEDED');

    expect(workers.seen).toEqual(['device-0', 'device-10', 'device-10', 'device-20', 'device-30']);
    const manifest = JSON.parse(
      fleet.objects.contents.get(`results/${before.mapRunArn.split(':').at(-1)}/manifest.json`) ?? '',
    );
    const files: { Key: string }[] = manifest.ResultFiles.SUCCEEDED;
    const lines = files.flatMap(({ Key }) => (fleet.objects.contents.get(Key) ?? '').trim().split('\n'));
    expect(NAMES(lines.map((line) => JSON.parse(line)))).toEqual(
      Array.from({ length: 40 }, (_, index) => `device-${index}`).sort(),
    );
    expect(manifest.ResultFiles.FAILED).toEqual([]);
    expect(await fleet.mapRun(executionArn)).toMatchObject({
      mapRunArn: before.mapRunArn,
      status: 'SUCCEEDED',
      redriveCount: 1,
      redriveDate: fleet.clock.now() / 1_000,
      itemCounts: { succeeded: 40, failed: 0, pendingRedrive: 0, pending: 0, total: 40, resultsWritten: 40 },
      executionCounts: { succeeded: 4, failed: 0, pendingRedrive: 0, total: 4 },
    });
    const outcome = await fleet.outcome(executionArn);
    expect(typesOf(outcome).slice(4)).toEqual([
      'MapRunFailed',
      'MapStateFailed',
      'ExecutionFailed',
      'ExecutionRedriven',
      'MapRunRedriven',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
    expect(outcome.events.map(({ id }) => id)).toEqual(outcome.events.map((_, index) => index + 1));
    expect(outcome.events[7]).toMatchObject({ executionRedrivenEventDetails: { redriveCount: 1 } });
    expect(outcome.events[8]).toMatchObject({
      previousEventId: 8,
      mapRunRedrivenEventDetails: { mapRunArn: before.mapRunArn, redriveCount: 1 },
    });
    expect(await fleet.call('DescribeExecution', { executionArn })).toMatchObject({
      redriveCount: 1,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
  });

  it('counts what waits for its turn, and keeps what had succeeded', async () => {
    const { fleet, workers, executionArn } = await failedRun({ ToleratedFailureCount: 9 });
    const { mapRunArn } = await fleet.mapRun(executionArn);
    const [failed] = (await fleet.call('ListExecutions', { mapRunArn, statusFilter: 'FAILED' })).executions;
    await fleet.call('RedriveExecution', { executionArn });
    await fleet.until(() => workers.open.length === 1);

    expect(await fleet.mapRun(executionArn)).toMatchObject({
      itemCounts: { succeeded: 10, failed: 0, running: 10, pendingRedrive: 0, pending: 20 },
    });
    workers.at('device-10').fail();
    await fleet.until(async () => (await fleet.status(executionArn)) === 'FAILED');
    expect(await fleet.mapRun(executionArn)).toMatchObject({ itemCounts: { succeeded: 10, failed: 10 } });
    const { executions } = await fleet.call('ListExecutions', { mapRunArn, statusFilter: 'FAILED' });
    // An Express child is started anew.
    expect(executions).toHaveLength(1);
    expect(executions[0].executionArn).not.toBe(failed.executionArn);
    expect(executions[0].name).toBe(failed.name);
  });

  it('has a Standard child go on where it failed, under its own ARN', async () => {
    const workers = new Workers();
    const runs: string[] = [];
    const fleet = new FleetUnderTest(
      20,
      {
        MaxConcurrency: 2,
        ToleratedFailureCount: 9,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'First',
          States: {
            First: {
              ...INVOKE,
              Arguments: { FunctionName: 'first', Payload: '{% $states.input %}' },
              Output: '{% $states.input %}',
              Next: 'Move',
            },
            Move: { ...INVOKE, Output: 1, End: true },
          },
        },
      },
      {
        handler: (event, functionName) => {
          runs.push(functionName);
          return functionName === 'first' ? event : workers.handler(event);
        },
      },
    );
    const executionArn = fleet.start();
    await fleet.until(() => workers.open.length === 2);
    workers.at('device-0').succeed();
    workers.at('device-10').fail();
    await fleet.until(async () => (await fleet.status(executionArn)) === 'FAILED');
    const { mapRunArn } = await fleet.mapRun(executionArn);
    const [failed] = (await fleet.call('ListExecutions', { mapRunArn, statusFilter: 'FAILED' })).executions;

    await fleet.call('RedriveExecution', { executionArn });
    await fleet.until(() => workers.open.length === 1);
    workers.at('device-10').succeed();
    await fleet.until(async () => (await fleet.status(executionArn)) === 'SUCCEEDED');

    expect(runs.toSorted()).toEqual(['first', 'first', 'work', 'work', 'work']);
    expect((await fleet.outcome(executionArn)).output).toEqual([1, 1]);
    const child = await fleet.outcome(failed.executionArn);
    expect(typesOf(child).slice(-6)).toEqual([
      'ExecutionRedriven',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    const { executions } = await fleet.call('ListExecutions', { mapRunArn, statusFilter: 'SUCCEEDED' });
    expect(executions).toMatchObject([
      { executionArn: failed.executionArn, redriveCount: 1 },
      { redriveCount: 0 },
    ]);
  });

  it('after results that could not be written has each of them once', async () => {
    const { fleet, workers, executionArn } = await failedRun({}, 'EXPRESS', (objects) => {
      const { write } = objects;
      let writes = 0;
      return {
        ...objects,
        write: (bucket, key, body) => {
          writes += 1;
          // The manifest at the start, and then none of the results of the first attempt.
          if (writes !== 2) return write(bucket, key, body);
          return Promise.reject(new AwsError('SlowDown', 'Please reduce your request rate.', 503));
        },
      };
    });
    expect((await fleet.outcome(executionArn)).error).toBe('States.ExceedToleratedFailureThreshold');
    expect(await fleet.results(executionArn, 'FAILED_0.jsonl')).toEqual([]);

    await fleet.call('RedriveExecution', { executionArn });
    for (const device of ['device-10', 'device-20', 'device-30']) {
      await fleet.until(() => workers.open.length === 1);
      workers.at(device).succeed();
    }
    await fleet.until(async () => (await fleet.status(executionArn)) === 'SUCCEEDED');
    expect(await fleet.results(executionArn, 'SUCCEEDED_0.jsonl')).toHaveLength(40);
    expect(await fleet.results(executionArn, 'FAILED_0.jsonl')).toEqual([]);
  });

  it('of results that are too large for an output fails as the first attempt would have', async () => {
    const workers = new Workers();
    const task = { ...INVOKE, Output: "{% $pad('', 200000, 'x') %}", End: true };
    const fleet = new FleetUnderTest(
      40,
      {
        MaxConcurrency: 1,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
          StartAt: 'Move',
          States: { Move: task },
        },
      },
      { handler: workers.handler },
    );
    const executionArn = fleet.start();
    for (const device of ['device-0', 'device-10', 'device-20']) {
      await fleet.until(() => workers.open.length === 1);
      workers.at(device).succeed();
    }
    await fleet.until(() => workers.open.length === 1);
    workers.at('device-30').fail();
    await fleet.until(async () => (await fleet.status(executionArn)) === 'FAILED');

    await fleet.call('RedriveExecution', { executionArn });
    await fleet.until(() => workers.open.length === 1);
    workers.at('device-30').succeed();
    await fleet.until(async () => (await fleet.status(executionArn)) !== 'RUNNING');
    expect(await fleet.outcome(executionArn)).toMatchObject({ error: 'States.DataLimitExceeded' });
  });

  it('of a stopped run goes on once its results are written', async () => {
    const workers = new Workers();
    const fleet = new FleetUnderTest(
      30,
      { MaxConcurrency: 1, ResultWriter: WRITER },
      { handler: workers.handler, spoolDirectory: results.directory },
    );
    const executionArn = fleet.start();
    await fleet.until(() => workers.open.length === 1);
    await fleet.call('StopExecution', { executionArn });
    await fleet.call('RedriveExecution', { executionArn });
    expect(workers.seen).toEqual(['device-0']);
    workers.at('device-0').succeed();
    for (const device of ['device-10', 'device-20']) {
      await fleet.until(() => workers.open.length === 1);
      workers.at(device).succeed();
    }
    await fleet.until(async () => (await fleet.status(executionArn)) === 'SUCCEEDED');
    expect(workers.seen).toEqual(['device-0', 'device-10', 'device-20']);
    expect(await fleet.mapRun(executionArn)).toMatchObject({ itemCounts: { succeeded: 30, aborted: 0 } });
  });

  it('with the same token is made once', async () => {
    const { fleet, workers, executionArn } = await failedRun();
    const first = await fleet.call('RedriveExecution', { executionArn, clientToken: 'once' });
    await fleet.clock.advance(1_000);
    expect(await fleet.call('RedriveExecution', { executionArn, clientToken: 'once' })).toEqual(first);
    await fleet.until(() => workers.open.length === 1);
    expect(await fleet.mapRun(executionArn)).toMatchObject({ redriveCount: 1 });
    await expect(fleet.call('RedriveExecution', { executionArn })).rejects.toMatchObject({
      code: 'ExecutionNotRedrivable',
      message: expect.stringContaining('Execution is RUNNING and cannot be redriven'),
    });
    await fleet.service.close();
  });

  it('is refused after fourteen days', async () => {
    const { fleet, executionArn } = await failedRun();
    await fleet.clock.advance(14 * DAY_MS + 1);
    await expect(fleet.call('RedriveExecution', { executionArn })).rejects.toMatchObject({
      code: 'ExecutionNotRedrivable',
      message: expect.stringContaining('Execution redrivable period exceeded'),
    });
  });
});
