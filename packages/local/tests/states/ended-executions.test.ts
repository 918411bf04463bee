import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { memoryObjects } from '@device-lifecycle/test-kit/object-store.ts';
import { HandlerError, INVOKE, StatesUnderTest } from '@device-lifecycle/test-kit/states-under-test.ts';
import { afterEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../src/aws.ts';
import { createMemoryExecutionStore } from '../../src/states/execution-store.ts';
import { csvOf, WRITER } from './distributed/fleet-machine.ts';
import { FleetUnderTest, spool, type Work } from './distributed/fleet-under-test.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Waits as many seconds as its input says, and asks a function. */
const MACHINE = {
  StartAt: 'Wait',
  States: {
    Wait: { Type: 'Wait', Seconds: '{% $states.input.seconds %}', Next: 'Ask' },
    Ask: { ...INVOKE, Output: '{% $states.result.Payload %}', End: true },
  },
};

let states: StatesUnderTest;

afterEach(() => states.service.close());

const errorOf = async (call: Promise<unknown>) => {
  const failed = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  return failed instanceof AwsError ? failed.code : failed;
};

const describeError = (executionArn: string) => errorOf(states.call('DescribeExecution', { executionArn }));

async function names(): Promise<readonly string[]> {
  const { executions } = await states.call('ListExecutions', { stateMachineArn: states.arn });
  return executions.map(({ name }: { name: string }) => name);
}

/** Starts executions one after another, each once the one before has ended. */
async function runAll(...named: readonly string[]): Promise<void> {
  for (const name of named) {
    states.start({ seconds: 1 }, name);
    await states.clock.advance(1_000);
    await setImmediate();
  }
}

describe('executions that have ended', () => {
  it('are forgotten once there are too many that ended later, and those that run are not', async () => {
    const store = createMemoryExecutionStore();
    states = new StatesUnderTest(MACHINE, { store, maxEndedExecutions: 2 });
    states.start({ seconds: 1_000 }, 'runs');
    await runAll('one', 'two');
    expect(await names()).toEqual(['two', 'one', 'runs']);

    await runAll('three');
    expect(await names()).toEqual(['three', 'two', 'runs']);
    const executionArn = states.arn.replace(':stateMachine:', ':execution:').concat(':one');
    expect(await describeError(executionArn)).toBe('ExecutionDoesNotExist');
    expect(store.definitionOf(executionArn)).toBeUndefined();
    // Its name is free.
    await runAll('one');
    expect(await names()).toEqual(['one', 'three', 'runs']);
  });

  it('count from their last end where they are redriven', async () => {
    let isDown = true;
    states = new StatesUnderTest(MACHINE, {
      maxEndedExecutions: 2,
      handler(event) {
        if (isDown) throw new HandlerError({ errorType: 'Down' });
        return event;
      },
    });
    await runAll('redriven');
    isDown = false;
    await runAll('one');
    const executionArn = states.arn.replace(':stateMachine:', ':execution:').concat(':redriven');
    await states.call('RedriveExecution', { executionArn });
    await states.clock.advance(0);
    await setImmediate();
    await runAll('two');
    expect(await names()).toEqual(['two', 'redriven']);
  });

  it('are forgotten 90 days later, asked for or not', async () => {
    const store = createMemoryExecutionStore();
    states = new StatesUnderTest(MACHINE, { store });
    await runAll('one', 'two');
    await states.clock.advance(90 * DAY_MS - 2_000);
    await runAll('three');
    expect(await names()).toEqual(['three', 'two']);
    await runAll('four');
    expect(store.ended()).toHaveLength(2);
  });

  it('are not kept at all where they are Express ones', async () => {
    const store = createMemoryExecutionStore();
    states = new StatesUnderTest(MACHINE, { store, type: 'EXPRESS' });
    await runAll('one', 'two');
    expect([...store.list(states.arn, Number.POSITIVE_INFINITY)]).toEqual([]);
  });
});

describe('an execution with a map run that is forgotten', () => {
  const results = spool();
  const handler = (event: unknown) => (event as Work).Items;
  const fields = { ResultWriter: WRITER };
  const source = { 'sources/lot-7.csv': csvOf(20) };

  async function run(fleet: FleetUnderTest) {
    const executionArn = fleet.start();
    await fleet.until(async () => (await fleet.status(executionArn)) !== 'RUNNING');
    const { mapRunArn } = await fleet.mapRun(executionArn);
    const { executions } = await fleet.call('ListExecutions', { mapRunArn });
    return { mapRunArn, childArn: executions[0].executionArn };
  }

  it.each(['STANDARD', 'EXPRESS'] as const)('takes its map run and %s children with it', async (type) => {
    const store = createMemoryExecutionStore();
    const setup = { store, handler, spoolDirectory: results.directory, maxEndedExecutions: 1 };
    const fleet = new FleetUnderTest(20, fields, setup, type);
    states = fleet;
    const first = await run(fleet);
    await fleet.call('DescribeMapRun', { mapRunArn: first.mapRunArn });
    expect(await describeError(first.childArn)).toBeUndefined();

    const second = await run(fleet);
    await setImmediate();
    expect(await errorOf(fleet.call('DescribeMapRun', { mapRunArn: first.mapRunArn }))).toBe(
      'ResourceNotFound',
    );
    expect(await describeError(first.childArn)).toBe('ExecutionDoesNotExist');
    expect(await describeError(second.childArn)).toBeUndefined();
    expect(store.mapRunArns()).toEqual([second.mapRunArn]);
  });

  it('takes results with it that could not be written', async () => {
    const empty = memoryObjects(source);
    const write: typeof empty.write = async (bucket, key, body) => {
      if (key.includes('SUCCEEDED_')) throw new AwsError('AccessDenied', 'Access Denied', 403);
      await empty.write(bucket, key, body);
    };
    const objects = { ...empty, write };
    const setup = { objects, handler, spoolDirectory: results.directory, maxEndedExecutions: 1 };
    const fleet = new FleetUnderTest(20, fields, setup);
    states = fleet;
    const spools: string[] = [];
    for (const _ of [1, 2]) {
      const { mapRunArn } = await run(fleet);
      spools.push(join(results.directory, mapRunArn.split(':').at(-1)));
    }
    await setImmediate();
    expect(spools.map(existsSync)).toEqual([false, true]);
  });

  it('stays as long as results of it are written', async () => {
    const gate = Promise.withResolvers<void>();
    let isWriting = false;
    const kept = memoryObjects(source);
    const write: typeof kept.write = async (bucket, key, body) => {
      if (key.includes('SUCCEEDED_')) {
        isWriting = true;
        await gate.promise;
      }
      await kept.write(bucket, key, body);
    };
    const store = createMemoryExecutionStore();
    const setup = { store, objects: { ...kept, write }, handler, spoolDirectory: results.directory };
    const fleet = new FleetUnderTest(20, fields, { ...setup, maxEndedExecutions: 0 });
    states = fleet;
    const executionArn = fleet.start();
    await fleet.until(() => isWriting);
    await fleet.call('StopExecution', { executionArn });
    expect(await fleet.status(executionArn)).toBe('ABORTED');
    gate.resolve();
    await fleet.until(() => store.mapRunArns().length === 0);
    expect(await describeError(executionArn)).toBe('ExecutionDoesNotExist');
    expect([...kept.contents.keys()].some((key) => key.endsWith('SUCCEEDED_0.jsonl'))).toBe(true);
  });
});
