import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { type MemoryObjects, memoryObjects } from '@device-lifecycle/test-kit/object-store.ts';
import { expect, it } from '@jest/globals';
import { AwsError } from '../../../src/aws.ts';
import { createMemoryExecutionStore } from '../../../src/states/execution-store.ts';
import { csvOf, WRITER } from './fleet-machine.ts';
import { FleetUnderTest, spool, Workers } from './fleet-under-test.ts';

const results = spool();

/** Runtimes one after another that share what is kept, where an execution is stopped while a child runs. */
function runtimes() {
  const store = createMemoryExecutionStore();
  const objects = memoryObjects({ 'sources/lot-7.csv': csvOf(30) });
  const clock = new FakeClock();

  function start(over: Partial<MemoryObjects> = {}) {
    const workers = new Workers();
    const setup = {
      store,
      objects: { ...objects, ...over },
      clock,
      handler: workers.handler,
      spoolDirectory: results.directory,
    };
    const fields = { MaxConcurrency: 1, ToleratedFailureCount: 10, ResultWriter: WRITER };
    return { workers, fleet: new FleetUnderTest(30, fields, setup) };
  }

  /** An execution of ten devices that have been done, and ten that are worked on. */
  async function stopOne({ fleet, workers }: ReturnType<typeof start>): Promise<string> {
    const executionArn = fleet.start();
    const begun = workers.seen.length;
    await fleet.until(() => workers.seen.length === begun + 1);
    workers.at('device-0').succeed();
    await fleet.until(() => workers.seen.length === begun + 2);
    await fleet.call('StopExecution', { executionArn });
    return executionArn;
  }

  return { objects, start, stopOne };
}

it('what a stopped run had come to is written by the next runtime, and can be redriven', async () => {
  const { start, stopOne } = runtimes();
  const before = start();
  const executionArn = await stopOne(before);
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

it('results that can not be written are told of, and hold no others up', async () => {
  const { objects, start, stopOne } = runtimes();
  const before = start();
  const [first, second] = [await stopOne(before), await stopOne(before)];
  await before.fleet.service.close();

  const { mapRunArn } = await before.fleet.mapRun(first);
  const { fleet } = start({
    write: (bucket, key, body) =>
      key.includes(mapRunArn.split(':').at(-1))
        ? Promise.reject(new AwsError('AccessDenied', 'Access Denied', 403))
        : objects.write(bucket, key, body),
  });
  fleet.service.resume([]);
  await fleet.untilMapRun(second, 'ABORTED');
  expect(await fleet.mapRun(first)).toMatchObject({ status: 'RUNNING' });
  expect(fleet.errors).toEqual([expect.stringContaining('Access Denied')]);
  await fleet.service.close();
});

it('results that are written when the runtime ends are written by the next one, without a complaint', async () => {
  const { objects, start, stopOne } = runtimes();
  const before = start();
  const executionArn = await stopOne(before);
  await before.fleet.service.close();

  const gate = Promise.withResolvers<void>();
  let isWriting = false;
  const ended = start({
    write: async (...written) => {
      isWriting = true;
      await gate.promise;
      await objects.write(...written);
    },
  });
  ended.fleet.service.resume([]);
  await ended.fleet.until(() => isWriting);
  const closed = ended.fleet.service.close();
  gate.resolve();
  await closed;
  expect(ended.fleet.errors).toEqual([]);
  expect(await ended.fleet.mapRun(executionArn)).toMatchObject({ status: 'RUNNING' });

  const { fleet } = start();
  fleet.service.resume([]);
  await fleet.untilMapRun(executionArn, 'ABORTED');
  expect(await fleet.results(executionArn, 'SUCCEEDED_0.jsonl')).toHaveLength(10);
  await fleet.service.close();
});

it('a redrive waits until the results of before are written', async () => {
  const { objects, start, stopOne } = runtimes();
  const before = start();
  const executionArn = await stopOne(before);
  await before.fleet.service.close();

  const gate = Promise.withResolvers<void>();
  let isWriting = false;
  const { fleet, workers } = start({
    write: async (...written) => {
      isWriting = true;
      await gate.promise;
      await objects.write(...written);
    },
  });
  fleet.service.resume([]);
  await fleet.until(() => isWriting);
  await fleet.call('RedriveExecution', { executionArn });
  expect(await fleet.mapRun(executionArn)).toMatchObject({ status: 'RUNNING', redriveCount: 0 });
  gate.resolve();
  for (const device of ['device-10', 'device-20']) {
    await fleet.until(() => workers.open.length === 1);
    workers.at(device).succeed();
  }
  await fleet.untilMapRun(executionArn, 'SUCCEEDED');
  expect(await fleet.results(executionArn, 'SUCCEEDED_0.jsonl')).toHaveLength(10);
  expect(await fleet.results(executionArn, 'SUCCEEDED_1.jsonl')).toHaveLength(20);
});

it('a redrive that waited when the runtime ended is begun by the next one', async () => {
  const { start, stopOne } = runtimes();
  const before = start();
  const executionArn = await stopOne(before);
  await before.fleet.call('RedriveExecution', { executionArn });
  await before.fleet.service.close();

  const { fleet, workers } = start();
  const { stateMachineArn } = await fleet.call('DescribeExecution', { executionArn });
  const { definition } = await fleet.call('DescribeStateMachine', { stateMachineArn });
  fleet.service.resume([{ executionArn, stateMachineArn, definition }]);
  for (const device of ['device-10', 'device-20']) {
    await fleet.until(() => workers.open.length === 1);
    workers.at(device).succeed();
  }
  await fleet.untilMapRun(executionArn, 'SUCCEEDED');
  expect(await fleet.mapRun(executionArn)).toMatchObject({ redriveCount: 1, itemCounts: { succeeded: 30 } });
});

it('a redrive that ran when the runtime ended goes on, and counts anew', async () => {
  const { start } = runtimes();
  const before = start();
  const executionArn = before.fleet.start();
  for (const device of ['device-0', 'device-10']) {
    await before.fleet.until(() => before.workers.open.length === 1);
    before.workers.at(device).fail();
  }
  await before.fleet.untilMapRun(executionArn, 'FAILED');
  await before.fleet.call('RedriveExecution', { executionArn });
  await before.fleet.until(() => before.workers.open.length === 1);
  expect(await before.fleet.mapRun(executionArn)).toMatchObject({
    itemCounts: { running: 10, pendingRedrive: 10, failed: 0, total: 30 },
  });
  await before.fleet.service.close();

  const { fleet, workers } = start();
  const { stateMachineArn } = await fleet.call('DescribeExecution', { executionArn });
  const { definition } = await fleet.call('DescribeStateMachine', { stateMachineArn });
  fleet.service.resume([{ executionArn, stateMachineArn, definition }]);
  await fleet.until(() => workers.open.length === 1);
  expect(await fleet.mapRun(executionArn)).toMatchObject({
    redriveCount: 1,
    itemCounts: { running: 10, pendingRedrive: 0, failed: 0, pending: 20, total: 30 },
  });
  for (const device of ['device-0', 'device-10', 'device-20']) {
    await fleet.until(() => workers.open.length === 1);
    workers.at(device).succeed();
  }
  await fleet.untilMapRun(executionArn, 'SUCCEEDED');
  expect(await fleet.mapRun(executionArn)).toMatchObject({
    itemCounts: { succeeded: 30, pendingRedrive: 0, pending: 0, total: 30 },
  });
  await fleet.service.close();
});

it('results of map runs that nobody knows any more are removed at the start', async () => {
  const { start, stopOne } = runtimes();
  const before = start();
  const executionArn = await stopOne(before);
  await before.fleet.service.close();
  const { mapRunArn } = await before.fleet.mapRun(executionArn);
  const [forgotten, kept] = ['forgotten', mapRunArn.split(':').at(-1)].map((name) =>
    join(results.directory, name),
  );
  mkdirSync(forgotten ?? '');

  // Nothing is written, so that what is known stays.
  const { fleet } = start({
    write: () => Promise.reject(new AwsError('AccessDenied', 'Access Denied', 403)),
  });
  fleet.service.resume([]);
  await fleet.until(() => fleet.errors.length === 1);
  expect([existsSync(forgotten ?? ''), existsSync(kept ?? '')]).toEqual([false, true]);
  await fleet.service.close();
});
