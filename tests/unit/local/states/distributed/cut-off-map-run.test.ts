import { expect, it } from '@jest/globals';
import { createMemoryExecutionStore } from '../../../../../local/states/execution-store.ts';
import { FakeClock } from '../fake-clock.ts';
import { csvOf, WRITER } from './fleet-machine.ts';
import { FleetUnderTest, spool, Workers } from './fleet-under-test.ts';
import { memoryObjects } from './object-store.ts';

const results = spool();

it('what a stopped run had come to is written by the next runtime, and can be redriven', async () => {
  const store = createMemoryExecutionStore();
  const objects = memoryObjects({ 'sources/lot-7.csv': csvOf(30) });
  const clock = new FakeClock();
  const start = () => {
    const workers = new Workers();
    const setup = { store, objects, clock, handler: workers.handler, spoolDirectory: results.directory };
    const fields = { MaxConcurrency: 1, ToleratedFailureCount: 10, ResultWriter: WRITER };
    return { workers, fleet: new FleetUnderTest(30, fields, setup) };
  };
  const before = start();
  const executionArn = before.fleet.start();
  await before.fleet.until(() => before.workers.open.length === 1);
  before.workers.at('device-0').succeed();
  await before.fleet.until(() => before.workers.seen.length === 2);
  await before.fleet.call('StopExecution', { executionArn });
  await before.fleet.service.close();

  const { fleet, workers } = start();
  fleet.service.resume([]);
  await fleet.untilMapRun(executionArn, 'ABORTED');
  expect(workers.seen).toEqual([]);
  expect(await fleet.results(executionArn, 'SUCCEEDED_0.jsonl')).toHaveLength(10);
  expect(await fleet.mapRun(executionArn)).toMatchObject({
    itemCounts: { succeeded: 10, running: 0, pending: 20, total: 30 },
  });

  await fleet.call('RedriveExecution', { executionArn });
  for (const device of ['device-10', 'device-20']) {
    await fleet.until(() => workers.open.length === 1);
    workers.at(device).succeed();
  }
  await fleet.untilMapRun(executionArn, 'SUCCEEDED');
  expect(await fleet.results(executionArn, 'SUCCEEDED_1.jsonl')).toHaveLength(20);
  expect(await fleet.mapRun(executionArn)).toMatchObject({
    redriveCount: 1,
    itemCounts: { succeeded: 30, failed: 0, pendingRedrive: 0, pending: 0, total: 30 },
    executionCounts: { succeeded: 3, total: 3 },
  });
  await fleet.service.close();
});
