import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import {
  HandlerError,
  type Outcome,
  type Setup,
  StatesUnderTest,
  typesOf,
} from '@device-lifecycle/test-kit/states-under-test.ts';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  createDiskExecutionStore,
  type DiskExecutionStore,
} from '../../../src/states/disk-execution-store.ts';
import { useDataDirectory } from '../../support/data-directories.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token */
const ASK = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: { FunctionName: 'ask', Payload: { token: '{% $states.context.Task.Token %}' } },
} as const;
const only = (state: object) => ({ StartAt: 'Ask', States: { Ask: { ...state, End: true } } });

/** A machine whose function is given tokens, and the tokens that it was given. */
class Asking {
  readonly tokens: string[] = [];
  readonly states: StatesUnderTest;
  readonly clock: FakeClock;

  constructor(definition: object, setup: Setup = {}) {
    this.clock = setup.clock ?? new FakeClock();
    this.states = new StatesUnderTest(definition, {
      handler: (event) => {
        this.tokens.push(Object(event).token);
        return null;
      },
      ...setup,
      clock: this.clock,
    });
  }

  /** Starts an execution, and waits until its function was given `count` tokens. */
  async start(input: unknown = {}, count = 1): Promise<string> {
    const executionArn = this.states.start(input);
    await this.given(count);
    return executionArn;
  }

  async given(count: number): Promise<void> {
    for (let turns = 0; this.tokens.length < count && turns < 100; turns += 1) await this.clock.advance(0);
    await this.clock.advance(0);
    expect(this.tokens).toHaveLength(count);
  }

  send(operation: string, members: object = {}, token = this.tokens.at(-1)) {
    return this.states.call(`SendTask${operation}`, { taskToken: token, ...members });
  }

  async end(executionArn: string): Promise<Outcome> {
    await this.clock.advance(0);
    return this.states.outcome(executionArn);
  }
}

describe('a task that waits for its token', () => {
  it('goes on with the output that comes with it, and tells the history', async () => {
    const asking = new Asking(only(ASK));
    const executionArn = await asking.start();
    expect(await asking.send('Success', { output: '{"approved":true}' })).toEqual({});
    const outcome = await asking.end(executionArn);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: { approved: true } });
    // Recorded on AWS: localstack, tests/aws/services/stepfunctions/v2/callback/test_callback.snapshot.json
    expect(typesOf(outcome)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    const names = { resourceType: 'lambda', resource: 'invoke.waitForTaskToken' };
    expect(outcome.events[4]).toMatchObject({
      taskSubmittedEventDetails: { ...names, output: expect.stringContaining('"StatusCode":200') },
    });
    expect(outcome.events[5]).toMatchObject({
      previousEventId: 5,
      taskSucceededEventDetails: { ...names, output: '{"approved":true}' },
    });
  });

  it('fails with the error and the cause that come with it', async () => {
    const asking = new Asking(only(ASK));
    const executionArn = await asking.start();
    await asking.send('Failure', { error: 'Refused', cause: 'Not today.' });
    const outcome = await asking.end(executionArn);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'Refused', cause: 'Not today.' });
    expect(outcome.events.at(-2)).toMatchObject({
      type: 'TaskFailed',
      taskFailedEventDetails: { error: 'Refused', cause: 'Not today.', resourceType: 'lambda' },
    });
  });

  it('tells expressions of its token to the end', async () => {
    const Output = { token: '{% $states.context.Task.Token %}', result: '{% $states.result %}' };
    const asking = new Asking(only({ ...ASK, Output }));
    const executionArn = await asking.start();
    await asking.send('Success', { output: '1' });
    const [token] = asking.tokens;
    expect(await asking.end(executionArn)).toMatchObject({ output: { token, result: 1 } });
  });

  it('may come back before its function has answered', async () => {
    const { promise, resolve } = Promise.withResolvers<null>();
    const asking: Asking = new Asking(only(ASK), {
      async handler(event) {
        await asking.send('Success', { output: '"early"' }, Object(event).token);
        return promise;
      },
    });
    const executionArn = asking.states.start();
    expect((await asking.end(executionArn)).status).toBe('RUNNING');
    resolve(null);
    const outcome = await asking.end(executionArn);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: 'early' });
    expect(typesOf(outcome).slice(4, 6)).toEqual(['TaskSubmitted', 'TaskSucceeded']);
  });

  it('is retried with another token', async () => {
    const asking = new Asking(only({ ...ASK, Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1 }] }));
    const executionArn = await asking.start();
    await asking.send('Failure', { error: 'Busy' });
    await asking.clock.advance(1_000);
    await asking.given(2);
    expect(new Set(asking.tokens).size).toBe(2);
    await expect(asking.send('Success', { output: '1' }, asking.tokens[0])).rejects.toMatchObject({
      code: 'TaskTimedOut',
    });
    await asking.send('Success', { output: '2' });
    expect(await asking.end(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: 2 });
  });

  it.each([
    ['TimeoutSeconds', { TimeoutSeconds: 30 }, 'States.Timeout'],
    ['HeartbeatSeconds', { HeartbeatSeconds: 30 }, 'States.HeartbeatTimeout'],
  ])('times out after %s', async (_, limit, caught) => {
    // Recorded on AWS, also of heartbeats: localstack, …/v2/timeouts/test_heartbeats.snapshot.json
    const asking = new Asking(only({ ...ASK, ...limit }));
    const executionArn = await asking.start();
    await asking.clock.advance(29_000);
    expect((await asking.end(executionArn)).status).toBe('RUNNING');
    await asking.clock.advance(1_000);
    const outcome = await asking.end(executionArn);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Timeout', cause: undefined });
    expect(outcome.events.at(-2)).toMatchObject({
      type: 'TaskTimedOut',
      taskTimedOutEventDetails: { error: 'States.Timeout', resource: 'invoke.waitForTaskToken' },
    });
    await expect(asking.send('Success', { output: '1' })).rejects.toMatchObject({
      code: 'TaskTimedOut',
      message: "Task Timed Out: 'Provided task does not exist anymore'",
    });

    const Catch = [{ ErrorEquals: [caught], Next: 'Late' }];
    const States = { Ask: { ...ASK, ...limit, Catch, End: true }, Late: { Type: 'Succeed' } };
    const catching = new Asking({ StartAt: 'Ask', States });
    const other = await catching.start();
    await catching.clock.advance(30_000);
    expect((await catching.end(other)).status).toBe('SUCCEEDED');
  });

  it('waits as long as heartbeats come', async () => {
    const asking = new Asking(only({ ...ASK, HeartbeatSeconds: 10, TimeoutSeconds: 100 }));
    const executionArn = await asking.start();
    expect((await asking.end(executionArn)).events[2]).toMatchObject({
      taskScheduledEventDetails: { heartbeatInSeconds: 10, timeoutInSeconds: 100 },
    });
    for (let beats = 0; beats < 5; beats += 1) {
      await asking.clock.advance(9_000);
      await asking.send('Heartbeat');
    }
    expect((await asking.end(executionArn)).status).toBe('RUNNING');
    await asking.send('Success', { output: '"done"' });
    expect(await asking.end(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: 'done' });
    expect(asking.clock.sleeping).toBe(0);
  });

  it('fails to be submitted when its function does', async () => {
    const asking = new Asking(only(ASK), {
      handler() {
        throw new HandlerError({ errorType: 'Broken' });
      },
    });
    const outcome = await asking.states.run();
    expect(outcome.error).toBe('Broken');
    expect(outcome.events.at(-2)?.type).toBe('TaskSubmitFailed');
  });

  it('waits no more once its execution is stopped', async () => {
    const asking = new Asking(only({ ...ASK, TimeoutSeconds: 100 }));
    const executionArn = await asking.start();
    await asking.states.call('StopExecution', { executionArn });
    await asking.clock.advance(0);
    expect(asking.clock.sleeping).toBe(0);
    await expect(asking.send('Heartbeat')).rejects.toMatchObject({ code: 'TaskTimedOut' });
  });

  it('may be one of many at once', async () => {
    const Each = {
      Type: 'Map',
      Items: [1, 2, 3],
      ItemProcessor: { StartAt: 'Ask', States: { Ask: { ...ASK, End: true } } },
      End: true,
    };
    const asking = new Asking({ StartAt: 'Each', States: { Each } });
    const executionArn = await asking.start({}, 3);
    for (const [index, token] of asking.tokens.entries()) {
      await asking.send('Success', { output: String(index) }, token);
    }
    expect(await asking.end(executionArn)).toMatchObject({ output: [0, 1, 2] });
  });
});

describe('a token', () => {
  /** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html#API_SendTaskSuccess_Errors */
  it.each([
    ['Success', { taskToken: 'nonsense', output: '1' }, 'InvalidToken', "Invalid Token: 'Invalid token'"],
    ['Failure', { taskToken: 'nonsense' }, 'InvalidToken', "Invalid Token: 'Invalid token'"],
    ['Heartbeat', { taskToken: 'nonsense' }, 'InvalidToken', "Invalid Token: 'Invalid token'"],
    ['Success', { output: '{' }, 'InvalidOutput', /^Invalid Output: '/],
    ['Success', {}, 'ValidationException', /'output'/],
    ['Success', { taskToken: '', output: '1' }, 'ValidationException', /'taskToken'/],
  ])('of SendTask%s %j is refused with %s', async (operation, members, code, message) => {
    const asking = new Asking(only(ASK));
    await asking.start();
    await expect(asking.send(operation, members)).rejects.toMatchObject({
      code,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  it('is good once', async () => {
    const asking = new Asking(only(ASK));
    await asking.start();
    await asking.send('Success', { output: '1' });
    await expect(asking.send('Success', { output: '1' })).rejects.toMatchObject({ code: 'TaskTimedOut' });
  });

  it('of another runtime is one of a task that there is not', async () => {
    const asking = new Asking(only(ASK));
    await asking.start();
    const other = new Asking(only(ASK));
    await expect(other.send('Success', { output: '1' }, asking.tokens[0])).rejects.toMatchObject({
      code: 'TaskDoesNotExist',
    });
  });
});

describe('a task that waits for its token when the runtime ends', () => {
  let running: { asking: Asking; store: DiskExecutionStore } | undefined;
  // Before the data is closed.
  afterEach(end);
  const data = useDataDirectory();

  async function end(): Promise<void> {
    await running?.asking.states.service.close();
    running?.store.close();
    running = undefined;
  }

  async function boot(definition: object, clock: FakeClock): Promise<Asking> {
    await end();
    const { database, collections } = await data.reopen();
    const store = createDiskExecutionStore(database);
    const asking = new Asking(definition, { clock, store, collections });
    running = { asking, store };
    asking.states.service.resume(store.interrupted);
    await clock.advance(0);
    return asking;
  }

  const PARALLEL = {
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [
          only(ASK),
          { StartAt: 'Other', States: { Other: { Type: 'Wait', Seconds: 60, End: true } } },
        ],
        End: true,
      },
    },
  };

  const DISTRIBUTED = {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        Items: [1],
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          ...only(ASK),
        },
        End: true,
      },
    },
  };

  it.each([
    ['at the top', only(ASK), { done: true }],
    ['in a child of a map run', DISTRIBUTED, [{ done: true }]],
    ['in a branch', PARALLEL, [{ done: true }, {}]],
  ])('%s is not asked for again, and goes on with the token that it gave', async (_, definition, output) => {
    const clock = new FakeClock();
    const before = await boot(definition, clock);
    const executionArn = await before.start();
    const [token] = before.tokens;

    const after = await boot(definition, clock);
    expect(after.tokens).toEqual([]);
    await after.send('Success', { output: '{"done":true}' }, token);
    await clock.advance(60_000);
    expect(await after.end(executionArn)).toMatchObject({ status: 'SUCCEEDED', output });
  });

  const EACH = {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        Items: [1, 2],
        ItemProcessor: only({ ...ASK, Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1 }] }),
        Retry: [{ ErrorEquals: ['Refused'], IntervalSeconds: 1 }],
        End: true,
      },
    },
  };

  it('inside of a state that goes on, is not asked for again once it has succeeded', async () => {
    const clock = new FakeClock();
    const before = await boot(EACH, clock);
    const executionArn = await before.start({}, 2);
    await before.send('Failure', { error: 'Busy' }, before.tokens[0]);
    await clock.advance(1_000);
    await before.given(3);
    await before.send('Success', { output: '"first"' }, before.tokens[2]);
    await clock.advance(0);

    const after = await boot(EACH, clock);
    expect(after.tokens).toEqual([]);
    await after.send('Success', { output: '"second"' }, before.tokens[1]);
    expect(await after.end(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: ['first', 'second'] });
  });

  it('is asked for again where all of the state is tried again', async () => {
    const clock = new FakeClock();
    const asking = await boot(EACH, clock);
    const executionArn = await asking.start({}, 2);
    await asking.send('Success', { output: '"first"' }, asking.tokens[0]);
    await asking.send('Failure', { error: 'Refused' }, asking.tokens[1]);
    await clock.advance(1_000);
    await asking.given(4);
    for (const token of asking.tokens.slice(2)) await asking.send('Success', { output: '2' }, token);
    expect(await asking.end(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: [2, 2] });
    await end();
    const { collections } = await data.reopen();
    expect(collections.open('state-machine-tasks').size).toBe(0);
  });

  it('times out when it would have', async () => {
    const clock = new FakeClock();
    const definition = only({ ...ASK, TimeoutSeconds: 60 });
    const before = await boot(definition, clock);
    const executionArn = await before.start();
    await clock.advance(40_000);

    const after = await boot(definition, clock);
    await clock.advance(20_000);
    expect(await after.end(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  it('goes on with what was sent just before', async () => {
    const clock = new FakeClock();
    const before = await boot(only(ASK), clock);
    const executionArn = await before.start();
    void before.send('Success', { output: '"kept"' });

    const after = await boot(only(ASK), clock);
    expect(await after.end(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: 'kept' });
  });
});
