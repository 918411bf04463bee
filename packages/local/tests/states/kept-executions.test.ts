import { setImmediate } from 'node:timers/promises';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import {
  HandlerError,
  INVOKE,
  type Setup,
  StatesUnderTest,
} from '@device-lifecycle/test-kit/states-under-test.ts';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createDiskExecutionStore, type DiskExecutionStore } from '../../src/states/disk-execution-store.ts';
import { useDataDirectory } from '../support/data-directories.ts';

type Handler = NonNullable<Setup['handler']>;

let running: { states: StatesUnderTest; store: DiskExecutionStore } | undefined;

// Before the data is closed.
afterEach(end);
const data = useDataDirectory();

async function end(): Promise<void> {
  await running?.states.service.close();
  running?.store.close();
  running = undefined;
}

interface Start {
  readonly handler?: Handler;
  readonly clock: FakeClock;
  readonly type?: 'STANDARD' | 'EXPRESS';
  readonly maxEndedExecutions?: number;
}

/** Step Functions of a runtime that starts now, after the one before has ended. */
async function start(definition: object, setup: Start): Promise<StatesUnderTest> {
  await end();
  const { database } = await data.reopen();
  const store = createDiskExecutionStore(database);
  const states = new StatesUnderTest(definition, { ...setup, store });
  running = { states, store };
  states.service.resume(store.interrupted);
  return states;
}

const PASS = {
  StartAt: 'Done',
  States: { Done: { Type: 'Pass', Output: '{% $states.input %}', End: true } },
};

const WAIT = {
  StartAt: 'Wait',
  States: {
    Wait: { Type: 'Wait', Seconds: 60, Next: 'Ask' },
    Ask: { ...INVOKE, Output: '{% $states.result.Payload %}', End: true },
  },
};

function describeOf(states: StatesUnderTest, executionArn: string) {
  return states.call('DescribeExecution', { executionArn });
}

async function historyOf(states: StatesUnderTest, executionArn: string) {
  const { events } = await states.call('GetExecutionHistory', { executionArn });
  return events as { id: number; type: string; previousEventId: number }[];
}

/** Of what is known of executions, after the runtime has ended. */
async function rowsLeft(): Promise<readonly unknown[]> {
  await end();
  const { database } = await data.reopen();
  return ['executions', 'history_events', 'checkpoints'].map(
    (table) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'],
  );
}

describe('executions that are kept', () => {
  it('can be described, listed and read after a restart', async () => {
    const clock = new FakeClock();
    const before = await start(PASS, { clock });
    const { executionArn } = await before.call('StartExecution', {
      stateMachineArn: before.arn,
      name: 'one',
      input: '{"n":1}',
    });
    await clock.runUntil(async () => (await describeOf(before, executionArn)).status === 'SUCCEEDED');
    const [described, history] = [
      await describeOf(before, executionArn),
      await historyOf(before, executionArn),
    ];

    const after = await start(PASS, { clock });
    expect(await describeOf(after, executionArn)).toEqual(described);
    expect(await historyOf(after, executionArn)).toEqual(history);
    const { executions } = await after.call('ListExecutions', { stateMachineArn: after.arn });
    expect(executions).toMatchObject([{ name: 'one', status: 'SUCCEEDED' }]);
    await expect(
      after.call('StartExecution', { stateMachineArn: after.arn, name: 'one', input: '{"n":2}' }),
    ).rejects.toThrow('Execution Already Exists');
  });

  it('are listed page by page, the newest first', async () => {
    const clock = new FakeClock();
    const before = await start(WAIT, { clock });
    for (let n = 0; n < 205; n += 1) {
      await before.call('StartExecution', { stateMachineArn: before.arn, name: `n-${n}` });
    }
    const after = await start(WAIT, { clock });
    const page = { stateMachineArn: after.arn, maxResults: 203 };
    const first = await after.call('ListExecutions', page);
    const second = await after.call('ListExecutions', { ...page, nextToken: first.nextToken });
    expect(first.executions.map(({ name }: { name: string }) => name).slice(0, 2)).toEqual([
      'n-204',
      'n-203',
    ]);
    expect(second.executions).toMatchObject([{ name: 'n-1' }, { name: 'n-0' }]);
  });

  it('wait until their time, which went on meanwhile', async () => {
    const clock = new FakeClock();
    const before = await start(WAIT, { clock });
    const { executionArn } = await before.call('StartExecution', { stateMachineArn: before.arn });
    await clock.advance(20_000);

    const after = await start(WAIT, { clock });
    await clock.advance(39_000);
    expect((await describeOf(after, executionArn)).status).toBe('RUNNING');
    await clock.advance(1_000);
    expect((await describeOf(after, executionArn)).status).toBe('SUCCEEDED');
    const history = await historyOf(after, executionArn);
    expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1));
    expect(history.filter(({ type }) => type === 'WaitStateEntered')).toHaveLength(1);
  });

  it('are in a state whenever something of them is committed, so that none that was left runs again', async () => {
    const loop = {
      StartAt: 'Count',
      States: {
        Count: { Type: 'Pass', Output: '{% $states.input + 1 %}', Next: 'Enough' },
        Enough: {
          Type: 'Choice',
          Choices: [{ Condition: '{% $states.input < 200 %}', Next: 'Count' }],
          Default: 'Done',
        },
        Done: { Type: 'Succeed' },
      },
    };
    const states = await start(loop, { clock: new FakeClock() });
    const { executionArn } = await states.call('StartExecution', {
      stateMachineArn: states.arn,
      input: '0',
    });
    const committed: (string | undefined)[] = [];
    do {
      await setImmediate();
      committed.push(running?.store.get(executionArn)?.events.at(-1)?.type);
    } while (committed.at(-1) !== 'ExecutionSucceeded');
    // It lets others have their turn.
    expect(committed.length).toBeGreaterThan(4);
    expect(committed.filter((type) => type?.endsWith('StateExited'))).toEqual([]);
  });

  it('run the state that they were in again, with its input and their variables', async () => {
    const clock = new FakeClock();
    const definition = {
      StartAt: 'Remember',
      States: {
        Remember: { Type: 'Pass', Assign: { kept: '{% $states.input.n %}' }, Output: { m: 2 }, Next: 'Ask' },
        Ask: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Arguments: { FunctionName: 'ask', Payload: { kept: '{% $kept %}', input: '{% $states.input %}' } },
          Output: '{% $states.result.Payload %}',
          End: true,
        },
      },
    };
    const before = await start(definition, { clock, handler: () => new Promise(() => undefined) });
    const { executionArn } = await before.call('StartExecution', {
      stateMachineArn: before.arn,
      input: '{"n":1}',
    });
    await clock.runUntil(async () => (await historyOf(before, executionArn)).length > 4);

    const after = await start(definition, { clock, handler: (event) => event });
    await clock.runUntil(async () => (await describeOf(after, executionArn)).status === 'SUCCEEDED');
    expect(JSON.parse((await describeOf(after, executionArn)).output)).toEqual({ kept: 1, input: { m: 2 } });
  });

  it('go on with the definition that they were started with', async () => {
    const clock = new FakeClock();
    const before = await start(WAIT, { clock });
    const { executionArn } = await before.call('StartExecution', { stateMachineArn: before.arn });

    const after = await start(PASS, { clock, handler: () => 'asked' });
    await clock.advance(60_000);
    expect(await describeOf(after, executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"asked"' });
  });

  it('are redriven with the definition that they were started with', async () => {
    const clock = new FakeClock();
    const before = await start(WAIT, {
      clock,
      handler() {
        throw new HandlerError({ errorType: 'Busy', errorMessage: 'Later.' });
      },
    });
    const { executionArn } = await before.call('StartExecution', { stateMachineArn: before.arn });
    await clock.advance(60_000);
    expect((await describeOf(before, executionArn)).status).toBe('FAILED');

    const after = await start(PASS, { clock, handler: () => 'asked' });
    const { definition } = await after.call('DescribeStateMachineForExecution', { executionArn });
    expect(JSON.parse(definition)).toMatchObject(WAIT);
    await after.call('RedriveExecution', { executionArn });
    await clock.runUntil(async () => (await describeOf(after, executionArn)).status !== 'RUNNING');
    expect(await describeOf(after, executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"asked"' });
  });

  it('are forgotten 90 days after their end, with their histories', async () => {
    const clock = new FakeClock();
    const before = await start(PASS, { clock });
    const { executionArn } = await before.call('StartExecution', { stateMachineArn: before.arn });
    await clock.runUntil(async () => (await describeOf(before, executionArn)).status === 'SUCCEEDED');

    await clock.advance(90 * 24 * 60 * 60 * 1_000 - 1);
    await start(PASS, { clock });
    expect(await rowsLeft()).toEqual([1, 4, 1]);
    await clock.advance(1);
    await start(PASS, { clock });
    expect(await rowsLeft()).toEqual([0, 0, 0]);
  });

  it('are forgotten where too many have ended after them, and never while they run', async () => {
    const clock = new FakeClock();
    const before = await start(WAIT, { clock, handler: (event) => event });
    for (const name of ['one', 'two', 'three']) before.start({}, name);
    await clock.advance(60_000);
    before.start({}, 'running');
    await clock.advance(30_000);

    const after = await start(WAIT, { clock, handler: (event) => event, maxEndedExecutions: 2 });
    const named = async () => {
      const { executions } = await after.call('ListExecutions', { stateMachineArn: after.arn });
      return executions.map(({ name, status }: { name: string; status: string }) => `${name} ${status}`);
    };
    expect(await named()).toEqual(['running RUNNING', 'three SUCCEEDED', 'two SUCCEEDED']);
    await clock.runUntil(async () => (await named()).includes('running SUCCEEDED'));
    await setImmediate();
    expect(await named()).toEqual(['running SUCCEEDED', 'three SUCCEEDED']);
  });

  it('are not Express ones', async () => {
    const clock = new FakeClock();
    const before = await start(WAIT, { clock, type: 'EXPRESS' });
    await before.call('StartExecution', { stateMachineArn: before.arn });

    await start(WAIT, { clock, type: 'EXPRESS' });
    expect(running?.store.interrupted).toEqual([]);
  });
});

describe('a map run that is kept', () => {
  const items = [0, 1, 2, 3, 4];
  const definition = {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        Items: items,
        MaxConcurrency: 1,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
          StartAt: 'Ask',
          States: {
            Ask: { ...INVOKE, Output: '{% $states.result.Payload %}', End: true },
          },
        },
        End: true,
      },
    },
  };

  it('that has failed makes room for another when the runtime ends before the retry', async () => {
    const clock = new FakeClock();
    const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 60 }];
    const retried = { ...definition, States: { Each: { ...definition.States.Each, Retry } } };
    const before = await start(retried, {
      clock,
      handler() {
        throw new HandlerError({ errorType: 'Busy', errorMessage: 'Later.' });
      },
    });
    const { executionArn } = await before.call('StartExecution', { stateMachineArn: before.arn });
    const typesOf = async (states: StatesUnderTest) =>
      (await historyOf(states, executionArn))
        .map(({ type }) => type)
        .filter((type) => type.startsWith('MapRun'));
    // The clock stands still: there is no retry yet.
    for (let turns = 0; turns < 10_000 && (await typesOf(before)).length < 2; turns += 1)
      await setImmediate();

    const after = await start(retried, { clock, handler: (event) => event });
    await clock.runUntil(async () => (await describeOf(after, executionArn)).status === 'SUCCEEDED');
    expect(await typesOf(after)).toEqual([
      'MapRunStarted',
      'MapRunFailed',
      'MapRunStarted',
      'MapRunSucceeded',
    ]);
  });

  it('runs what has not succeeded, and has all results in the end', async () => {
    const clock = new FakeClock();
    const handler: Handler = (event) => (event === 3 ? new Promise(() => undefined) : event);
    const before = await start(definition, { clock, handler });
    const { executionArn } = await before.call('StartExecution', { stateMachineArn: before.arn });
    const mapRunOf = async (states: StatesUnderTest) => {
      const { mapRuns } = await states.call('ListMapRuns', { executionArn });
      const [{ mapRunArn = '' } = {}] = mapRuns;
      return mapRunArn === '' ? undefined : states.call('DescribeMapRun', { mapRunArn });
    };
    await clock.runUntil(async () => (await mapRunOf(before))?.itemCounts.succeeded === 3);

    const seen: unknown[] = [];
    const after = await start(definition, {
      clock,
      handler(event) {
        seen.push(event);
        return event;
      },
    });
    await clock.runUntil(async () => (await describeOf(after, executionArn)).status === 'SUCCEEDED');
    expect(seen).toEqual([3, 4]);
    expect(JSON.parse((await describeOf(after, executionArn)).output)).toEqual(items);
    expect(await mapRunOf(after)).toMatchObject({
      status: 'SUCCEEDED',
      itemCounts: { total: 5, succeeded: 5 },
    });
  });
});
