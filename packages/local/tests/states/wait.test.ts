import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { runMachine, StatesUnderTest, typesOf } from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';

function waiting(fields: object): object {
  return { StartAt: 'Wait', States: { Wait: { Type: 'Wait', ...fields, End: true } } };
}

describe('Wait', () => {
  it.each([
    ['Seconds', { Seconds: 10 }, 10_000],
    ['an expression of seconds', { Seconds: '{% $states.input.seconds %}' }, 7_000],
    ['a timestamp to come', { Timestamp: '2026-01-01T00:01:00Z' }, 60_000],
    ['a timestamp with an offset', { Timestamp: '2026-01-01T01:00:30+01:00' }, 30_000],
    ['an expression of a timestamp', { Timestamp: '{% $fromMillis($states.input.atMs) %}' }, 90_000],
  ])('waits for %s', async (_, fields, expectedMs) => {
    const clock = new FakeClock();
    const outcome = await runMachine(
      waiting(fields),
      { seconds: 7, atMs: Date.parse('2026-01-01T00:01:30Z') },
      { clock },
    );
    expect(clock.sleptMs).toEqual([expectedMs]);
    expect(outcome.output).toEqual({ seconds: 7, atMs: Date.parse('2026-01-01T00:01:30Z') });
    expect(typesOf(outcome)).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'WaitStateExited',
      'ExecutionSucceeded',
    ]);
    const [entered, exited] = outcome.events.slice(1, 3).map(({ timestamp }) => timestamp);
    expect(((exited ?? 0) - (entered ?? 0)) * 1000).toBe(expectedMs);
  });

  it('goes on at once when the timestamp has passed', async () => {
    const clock = new FakeClock();
    const { status } = await runMachine(waiting({ Timestamp: '2025-12-31T23:59:59Z' }), {}, { clock });
    expect({ status, slept: clock.sleptMs }).toEqual({ status: 'SUCCEEDED', slept: [] });
  });

  it.each([
    [{ Seconds: '{% $states.input.s %}' }, { s: 1.5 }],
    [{ Seconds: '{% $states.input.s %}' }, { s: '1' }],
    [{ Timestamp: '{% $states.input.s %}' }, { s: '2026-01-01' }],
    [{ Timestamp: '{% $states.input.s %}' }, { s: '2026-13-01T00:00:00Z' }],
    [{ Timestamp: '{% $states.input.s %}' }, { s: 5 }],
  ])('fails for %j of %j', async (fields, input) => {
    const { error, cause } = await runMachine(waiting(fields), input);
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain('returned an unexpected result type');
  });

  it('is aborted by StopExecution, with its error and cause', async () => {
    const states = new StatesUnderTest(waiting({ Seconds: 60 }));
    const executionArn = states.start();
    await states.clock.advance(1_000);
    const { stopDate } = await states.call('StopExecution', {
      executionArn,
      error: 'Changed',
      cause: 'My mind.',
    });
    await states.clock.advance(0);
    expect(stopDate).toBe(Date.parse('2026-01-01T00:00:01Z') / 1000);
    expect(states.clock.sleeping).toBe(0);
    const outcome = await states.outcome(executionArn);
    expect(outcome).toMatchObject({ status: 'ABORTED', error: 'Changed', cause: 'My mind.' });
    expect(outcome.events.at(-1)).toMatchObject({
      id: 3,
      previousEventId: 0,
      type: 'ExecutionAborted',
      executionAbortedEventDetails: { error: 'Changed', cause: 'My mind.' },
    });
    expect(await states.call('StopExecution', { executionArn })).toEqual({ stopDate });
  });
});

describe('the TimeoutSeconds of a machine', () => {
  it('end an execution as TIMED_OUT', async () => {
    const clock = new FakeClock();
    const outcome = await runMachine({ ...waiting({ Seconds: 60 }), TimeoutSeconds: 5 }, {}, { clock });
    expect(outcome).toMatchObject({ status: 'TIMED_OUT', error: undefined, cause: undefined });
    expect(outcome.events.at(-1)).toMatchObject({
      previousEventId: 0,
      type: 'ExecutionTimedOut',
      executionTimedOutEventDetails: { error: 'States.Timeout' },
    });
    expect(clock.sleeping).toBe(0);
  });

  /** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-state-machine-executions */
  it.each([{}, { TimeoutSeconds: 99_999_999 }])('is a year at the most: %j', async (limits) => {
    const states = new StatesUnderTest({ ...waiting({ Seconds: 99_999_999 }), ...limits });
    const executionArn = states.start();
    await states.clock.advance(365 * 24 * 3_600_000 - 1);
    expect((await states.outcome(executionArn)).status).toBe('RUNNING');
    await states.clock.advance(1);
    expect((await states.outcome(executionArn)).events.at(-1)).toMatchObject({
      type: 'ExecutionTimedOut',
      executionTimedOutEventDetails: { error: 'States.Timeout' },
    });
  });

  it('leave no timer behind when the execution ends before', async () => {
    const states = new StatesUnderTest({ ...waiting({ Seconds: 1 }), TimeoutSeconds: 5 });
    expect((await states.run()).status).toBe('SUCCEEDED');
    expect(states.clock.sleeping).toBe(0);
  });

  it('leave no timer of the year behind either', async () => {
    const states = new StatesUnderTest(waiting({ Seconds: 1 }));
    const executionArn = states.start();
    await states.clock.advance(0);
    expect(states.clock.limits).toBe(1);
    await states.clock.advance(1_000);
    expect((await states.outcome(executionArn)).status).toBe('SUCCEEDED');
    expect(states.clock.limits).toBe(0);
  });
});
