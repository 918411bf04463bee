import {
  HandlerError,
  INVOKE,
  StatesUnderTest,
  typesOf,
} from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';

/** Two tasks, of which the second needs what the first has assigned. */
const MACHINE = {
  StartAt: 'First',
  TimeoutSeconds: 100,
  States: {
    First: { ...INVOKE, Assign: { lot: 7 }, Output: { from: 'First' }, Next: 'Second' },
    Second: {
      ...INVOKE,
      Arguments: {
        FunctionName: 'second',
        Payload: {
          lot: '{% $lot %}',
          input: '{% $states.input %}',
          execution: '{% $states.context.Execution %}',
        },
      },
      Output: '{% $states.result.Payload %}',
      Next: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
};

describe('a redriven execution', () => {
  it('goes on in the state that failed, with its input and variables, and its own history', async () => {
    let isDown = true;
    const called: string[] = [];
    const states = new StatesUnderTest(MACHINE, {
      handler: (event, functionName) => {
        called.push(functionName);
        if (functionName === 'second' && isDown) throw new HandlerError({ errorType: 'Down' });
        return event;
      },
    });
    const { executionArn, status } = await states.run({ asked: true });
    expect(status).toBe('FAILED');
    await states.clock.advance(3_600_000);
    isDown = false;

    await states.call('RedriveExecution', { executionArn });
    await states.clock.runUntil(
      async () => (await states.call('DescribeExecution', { executionArn })).status !== 'RUNNING',
    );

    const outcome = await states.outcome(executionArn);
    expect(called).toEqual(['work', 'second', 'second']);
    expect(outcome.output).toMatchObject({
      lot: 7,
      input: { from: 'First' },
      execution: {
        Input: { asked: true },
        RedriveCount: 1,
        RedriveTime: '2026-01-01T01:00:00.000Z',
        StartTime: '2026-01-01T00:00:00.000Z',
      },
    });
    expect(typesOf(outcome).slice(-9)).toEqual([
      'ExecutionFailed',
      'ExecutionRedriven',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'SucceedStateEntered',
      'SucceedStateExited',
      'ExecutionSucceeded',
    ]);
    expect(states.clock.sleeping).toBe(0);
  });

  it('has its whole time again', async () => {
    const states = new StatesUnderTest({
      StartAt: 'Pause',
      TimeoutSeconds: 100,
      States: {
        Pause: {
          Type: 'Wait',
          Seconds: '{% $states.context.Execution.RedriveCount = 0 ? 101 : 99 %}',
          End: true,
        },
      },
    });
    const { executionArn, status } = await states.run();
    expect(status).toBe('TIMED_OUT');
    await states.call('RedriveExecution', { executionArn });
    await states.clock.advance(99_000);
    expect((await states.outcome(executionArn)).status).toBe('SUCCEEDED');
  });

  it('is open for a year since its start at the most', async () => {
    const dayMs = 24 * 3_600_000;
    const states = new StatesUnderTest({
      StartAt: 'Pause',
      States: { Pause: { Type: 'Wait', Seconds: 99_999_999, End: true } },
    });
    const executionArn = states.start();
    await states.clock.advance(360 * dayMs);
    await states.call('StopExecution', { executionArn });
    await states.call('RedriveExecution', { executionArn });
    await states.clock.advance(5 * dayMs - 1);
    expect((await states.outcome(executionArn)).status).toBe('RUNNING');
    await states.clock.advance(1);
    expect((await states.outcome(executionArn)).status).toBe('TIMED_OUT');
  });

  it('waits as long again in a Wait that it was stopped in', async () => {
    const states = new StatesUnderTest({
      StartAt: 'Pause',
      States: { Pause: { Type: 'Wait', Seconds: 50, End: true } },
    });
    const executionArn = states.start();
    await states.clock.advance(30_000);
    await states.call('StopExecution', { executionArn });
    await states.call('RedriveExecution', { executionArn });
    await states.clock.advance(49_000);
    expect(await states.call('DescribeExecution', { executionArn })).toMatchObject({ status: 'RUNNING' });
    await states.clock.advance(1_000);
    expect(await states.call('DescribeExecution', { executionArn })).toMatchObject({ status: 'SUCCEEDED' });
  });
});
