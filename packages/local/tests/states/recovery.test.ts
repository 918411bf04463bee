import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import {
  HandlerError,
  INVOKE,
  runMachine,
  StatesUnderTest,
  typesOf,
} from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';

function failing(...errorTypes: string[]): () => unknown {
  let calls = 0;
  return () => {
    const errorType = errorTypes[calls];
    calls += 1;
    if (errorType === undefined) return 'done';
    throw new HandlerError({ errorType, errorMessage: `call ${calls}` });
  };
}

function retried(Retry: object[], more: object = {}): object {
  return {
    StartAt: 'Work',
    States: { Work: { ...INVOKE, Output: '{% $states.result.Payload %}', Retry, ...more, End: true } },
  };
}

async function delays(Retry: object[], errorTypes: string[], random?: () => number): Promise<number[]> {
  const clock = new FakeClock();
  const outcome = await runMachine(
    retried(Retry),
    {},
    {
      clock,
      handler: failing(...errorTypes),
      ...(random === undefined ? {} : { random }),
    },
  );
  expect(outcome.status).toBe('SUCCEEDED');
  return clock.sleptMs;
}

describe('Retry', () => {
  it('backs off from one second, doubling, three times, when nothing is said', async () => {
    expect(await delays([{ ErrorEquals: ['States.ALL'] }], ['A', 'A', 'A'])).toEqual([1_000, 2_000, 4_000]);
    const { status, error } = await runMachine(
      retried([{ ErrorEquals: ['States.ALL'] }]),
      {},
      {
        handler: failing('A', 'B', 'C', 'D'),
      },
    );
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'D' });
  });

  it('follows IntervalSeconds, BackoffRate, MaxAttempts and MaxDelaySeconds', async () => {
    const retrier = {
      ErrorEquals: ['A'],
      IntervalSeconds: 3,
      BackoffRate: 1.5,
      MaxAttempts: 4,
      MaxDelaySeconds: 5,
    };
    expect(await delays([retrier], ['A', 'A', 'A', 'A'])).toEqual([3_000, 4_500, 5_000, 5_000]);
  });

  it('draws full jitter between zero and the delay', async () => {
    const drawn = [0, 0.5, 0.999];
    const retrier = { ErrorEquals: ['A'], IntervalSeconds: 2, JitterStrategy: 'FULL' };
    expect(await delays([retrier], ['A', 'A', 'A'], () => drawn.shift() ?? 0)).toEqual([0, 2_000, 7_992]);
  });

  it('counts the attempts of each retrier on its own', async () => {
    const retriers = [
      { ErrorEquals: ['A', 'B'], IntervalSeconds: 1, MaxAttempts: 2 },
      { ErrorEquals: ['C'], IntervalSeconds: 5 },
    ];
    expect(await delays(retriers, ['A', 'C', 'B'])).toEqual([1_000, 5_000, 2_000]);
    const { error } = await runMachine(retried(retriers), {}, { handler: failing('A', 'B', 'C', 'B') });
    expect(error).toBe('B');
  });

  it('stops at the first retrier that names the error, even when a later one would go on', async () => {
    const { error } = await runMachine(
      retried([{ ErrorEquals: ['A'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }]),
      {},
      { handler: failing('A') },
    );
    expect(error).toBe('A');
  });

  it('does not retry an error that no retrier names', async () => {
    const clock = new FakeClock();
    await runMachine(retried([{ ErrorEquals: ['A'] }]), {}, { clock, handler: failing('B') });
    expect(clock.sleptMs).toEqual([]);
  });

  it('schedules the task again without leaving the state, and counts in the context', async () => {
    const seen: unknown[] = [];
    const fail = failing('A');
    const outcome = await runMachine(
      retried([{ ErrorEquals: ['A'] }], {
        Arguments: { FunctionName: 'work', Payload: '{% $states.context.State.RetryCount %}' },
      }),
      {},
      {
        handler: (event) => {
          seen.push(event);
          return fail();
        },
      },
    );
    expect(seen).toEqual([0, 1]);
    expect(typesOf(outcome).slice(1, -1)).toEqual([
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskFailed',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
    ]);
  });

  it.each([
    ['States.TaskFailed', 'Custom', true],
    ['States.TaskFailed', 'States.Timeout', false],
    ['States.Timeout', 'States.Timeout', true],
    ['States.ALL', 'States.Timeout', true],
    ['States.ALL', 'States.Runtime', false],
    ['States.Runtime', 'States.Runtime', false],
    ['States.ALL', 'States.DataLimitExceeded', false],
    ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
  ])('with %s takes %s: %s', async (name, errorType, taken) => {
    const { status } = await runMachine(
      retried([{ ErrorEquals: [name] }]),
      {},
      { handler: failing(errorType) },
    );
    expect(status).toBe(taken ? 'SUCCEEDED' : 'FAILED');
  });

  it('is cut short by StopExecution', async () => {
    const states = new StatesUnderTest(retried([{ ErrorEquals: ['A'], IntervalSeconds: 60 }]), {
      handler: failing('A'),
    });
    const executionArn = states.start();
    await states.clock.advance(1_000);
    expect(states.clock.sleeping).toBe(1);
    await states.call('StopExecution', { executionArn });
    await states.clock.advance(0);
    expect(states.clock.sleeping).toBe(0);
    expect((await states.outcome(executionArn)).status).toBe('ABORTED');
  });
});

describe('Catch', () => {
  const caught = (Catch: object[], more: object = {}) => ({
    StartAt: 'Work',
    States: {
      Work: { ...INVOKE, ...more, Catch, Next: 'Done' },
      Done: { Type: 'Succeed' },
      Handle: { Type: 'Pass', Output: { in: '{% $states.input %}', v: '{% $v ? $v : null %}' }, End: true },
    },
  });

  it('hands on the error output', async () => {
    const { output } = await runMachine(
      caught([{ ErrorEquals: ['A'], Next: 'Handle' }]),
      {},
      { handler: failing('A') },
    );
    expect(output).toEqual({
      in: { Error: 'A', Cause: '{"errorType":"A","errorMessage":"call 1"}' },
      v: null,
    });
  });

  it('evaluates its own Assign and Output', async () => {
    const catcher = {
      ErrorEquals: ['States.ALL'],
      Assign: { v: '{% $states.errorOutput.Error %}' },
      Output: { was: '{% $states.input %}', message: '{% $parse($states.errorOutput.Cause).errorMessage %}' },
      Next: 'Handle',
    };
    const outcome = await runMachine(caught([catcher]), { a: 1 }, { handler: failing('A') });
    expect(outcome.output).toEqual({ in: { was: { a: 1 }, message: 'call 1' }, v: 'A' });
    expect(outcome.events.find(({ type }) => type === 'TaskStateExited')).toMatchObject({
      stateExitedEventDetails: { assignedVariables: { v: '"A"' } },
    });
  });

  it('comes after the retries, and takes the first catcher that matches', async () => {
    const catchers = [
      { ErrorEquals: ['B'], Next: 'Done' },
      { ErrorEquals: ['A'], Next: 'Handle', Output: 'second' },
      { ErrorEquals: ['States.ALL'], Next: 'Done', Output: 'third' },
    ];
    const clock = new FakeClock();
    const { output } = await runMachine(
      caught(catchers, { Retry: [{ ErrorEquals: ['A'], MaxAttempts: 1 }] }),
      {},
      { clock, handler: failing('A', 'A') },
    );
    expect(output).toEqual({ in: 'second', v: null });
    expect(clock.sleptMs).toEqual([1_000]);
  });

  it('catches an expression of its own state that failed, and a timeout with an empty cause', async () => {
    const query = await runMachine(
      caught([{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Handle' }], {
        Output: '{% $states.result.absent %}',
      }),
    );
    expect(query.output).toMatchObject({ in: { Error: 'States.QueryEvaluationError' } });
    const timeout = await runMachine(
      caught([{ ErrorEquals: ['States.Timeout'], Next: 'Handle' }], { TimeoutSeconds: 1 }),
      {},
      { handler: () => new Promise(() => undefined) },
    );
    expect(timeout.output).toMatchObject({ in: { Error: 'States.Timeout', Cause: '' } });
  });
});
