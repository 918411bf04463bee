import { runMachine, typesOf } from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';

const CHOICE = {
  StartAt: 'Choice',
  States: {
    Choice: {
      Type: 'Choice',
      Choices: [
        {
          Condition: "{% $states.input.kind = 'a' %}",
          Next: 'Tell',
          Output: 'first',
          Assign: { by: 'rule' },
        },
        { Condition: '{% $states.input.kind in [1, 2] %}', Next: 'Tell' },
      ],
      Default: 'Tell',
      Output: 'default',
      Assign: { by: 'state' },
    },
    Tell: { Type: 'Pass', Output: ['{% $states.input %}', "{% $exists($by) ? $by : 'nobody' %}"], End: true },
  },
};

describe('Choice', () => {
  it('takes the first rule that holds, with its own Output and Assign', async () => {
    const outcome = await runMachine(CHOICE, { kind: 'a' });
    expect(outcome.output).toEqual(['first', 'rule']);
    expect(typesOf(outcome).slice(1, 3)).toEqual(['ChoiceStateEntered', 'ChoiceStateExited']);
  });

  it('hands its input on when the rule says nothing', async () => {
    expect((await runMachine(CHOICE, { kind: 2 })).output).toEqual([{ kind: 2 }, 'nobody']);
  });

  it('takes Default with the Output and Assign of the state', async () => {
    expect((await runMachine(CHOICE, { kind: 'z' })).output).toEqual(['default', 'state']);
  });

  it('fails with States.Runtime when nothing holds and there is no Default', async () => {
    const { Choice, Tell } = CHOICE.States;
    const { Default: _, ...withoutDefault } = Choice;
    const { error, cause } = await runMachine(
      { StartAt: 'Choice', States: { Choice: withoutDefault, Tell } },
      { kind: 9 },
    );
    expect(error).toBe('States.Runtime');
    expect(cause).toContain(
      "the state 'Choice' (entered at the event id #2). Failed to transition out of the state.",
    );
  });

  it('fails when a condition is not a boolean', async () => {
    const { error, cause } = await runMachine({
      StartAt: 'Choice',
      States: {
        Choice: { Type: 'Choice', Choices: [{ Condition: "{% 'yes' %}", Next: 'Done' }] },
        Done: { Type: 'Succeed' },
      },
    });
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain(
      "'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'string'",
    );
  });
});

describe('Succeed and Fail', () => {
  it('end with an output', async () => {
    const outcome = await runMachine(
      { StartAt: 'End', States: { End: { Type: 'Succeed', Output: '{% $states.input.a %}' } } },
      { a: [1] },
    );
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: [1] });
    expect(typesOf(outcome)).toEqual([
      'ExecutionStarted',
      'SucceedStateEntered',
      'SucceedStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('end with an error and a cause', async () => {
    const outcome = await runMachine(
      {
        StartAt: 'End',
        States: { End: { Type: 'Fail', Error: '{% $states.input.e %}', Cause: 'Because.' } },
      },
      { e: 'DeviceNotFound' },
    );
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'DeviceNotFound', cause: 'Because.' });
    expect(outcome.events.slice(1)).toMatchObject([
      { id: 2, type: 'FailStateEntered', stateEnteredEventDetails: { name: 'End' } },
      {
        id: 3,
        previousEventId: 2,
        type: 'ExecutionFailed',
        executionFailedEventDetails: { error: 'DeviceNotFound', cause: 'Because.' },
      },
    ]);
  });
});

describe('a machine that goes round', () => {
  it('fails after 25,000 events instead of going on for ever', async () => {
    const outcome = await runMachine({
      StartAt: 'Again',
      States: {
        Again: {
          Type: 'Choice',
          Choices: [{ Condition: false, Next: 'Done' }],
          Default: 'Again',
        },
        Done: { Type: 'Succeed' },
      },
    });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(outcome.cause).toContain('maximum number of history events (25000)');
  });
});
