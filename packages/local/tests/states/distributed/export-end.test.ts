import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { type MemoryObjects, memoryObjects } from '@device-lifecycle/test-kit/object-store.ts';
import { typesOf } from '@device-lifecycle/test-kit/states-under-test.ts';
import { expect, it } from '@jest/globals';
import { createMemoryExecutionStore } from '../../../src/states/execution-store.ts';
import { csvOf, WRITER } from './fleet-machine.ts';
import { FleetUnderTest, spool, type Work } from './fleet-under-test.ts';

const results = spool();

/** A bucket whose writes of the results of what has succeeded wait until they are let through. */
function slowBucket(): { objects: MemoryObjects; letThrough(): void; isWriting(): boolean } {
  const objects = memoryObjects({ 'sources/lot-7.csv': csvOf(20) });
  const { write } = objects;
  const gate = Promise.withResolvers<void>();
  let isWriting = false;
  return {
    objects: {
      ...objects,
      async write(bucket, key, body) {
        if (key.includes('SUCCEEDED_')) {
          isWriting = true;
          await gate.promise;
        }
        await write(bucket, key, body);
      },
    },
    letThrough: gate.resolve,
    isWriting: () => isWriting,
  };
}

const store = createMemoryExecutionStore();
const clock = new FakeClock();

function open(objects: MemoryObjects) {
  const seen: string[] = [];
  const handler = (event: unknown) => {
    const { Items } = event as Work;
    seen.push(Items[0]?.deviceId ?? '');
    return Items;
  };
  const setup = { store, clock, objects, handler, spoolDirectory: results.directory };
  return { seen, fleet: new FleetUnderTest(20, { ResultWriter: WRITER }, setup) };
}

it('an execution that is stopped while results are written has an aborted map run, whose redrive runs nothing again', async () => {
  const { objects, isWriting, letThrough } = slowBucket();
  const { fleet, seen } = open(objects);
  const executionArn = fleet.start();
  await fleet.until(isWriting);
  await fleet.call('StopExecution', { executionArn });
  letThrough();
  await fleet.untilMapRun(executionArn, 'ABORTED');
  expect(await fleet.results(executionArn, 'SUCCEEDED_0.jsonl')).toHaveLength(20);

  await fleet.call('RedriveExecution', { executionArn });
  await fleet.until(async () => (await fleet.status(executionArn)) === 'SUCCEEDED');
  expect(seen).toEqual(['device-0', 'device-10']);
  expect(typesOf(await fleet.outcome(executionArn)).filter((type) => type.startsWith('MapRun'))).toEqual([
    'MapRunStarted',
    'MapRunAborted',
    'MapRunRedriven',
    'MapRunSucceeded',
  ]);
});

it('a runtime that ends while results are written leaves them to the next one, which runs nothing again', async () => {
  const { objects, isWriting, letThrough } = slowBucket();
  const before = open(objects);
  const executionArn = before.fleet.start();
  await before.fleet.until(isWriting);
  const closing = before.fleet.service.close();
  letThrough();
  await closing;
  expect([...objects.contents.keys()].filter((key) => key.includes('SUCCEEDED_'))).toEqual([]);
  expect(await before.fleet.mapRun(executionArn)).toMatchObject({ status: 'RUNNING' });

  const after = open(objects);
  const { stateMachineArn } = await after.fleet.call('DescribeExecution', { executionArn });
  const { definition } = await after.fleet.call('DescribeStateMachine', { stateMachineArn });
  after.fleet.service.resume([{ executionArn, stateMachineArn, definition }]);
  await after.fleet.until(async () => (await after.fleet.status(executionArn)) === 'SUCCEEDED');
  expect(after.seen).toEqual([]);
  expect(await after.fleet.results(executionArn, 'SUCCEEDED_0.jsonl')).toHaveLength(20);
  expect((await after.fleet.call('ListMapRuns', { executionArn })).mapRuns).toHaveLength(1);
});
