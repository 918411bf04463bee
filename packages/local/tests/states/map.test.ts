import {
  HandlerError,
  INVOKE,
  runMachine,
  StatesUnderTest,
  typesOf,
} from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';

const WAIT_THEN_FAIL = {
  StartAt: 'Pause',
  States: {
    Pause: { Type: 'Wait', Seconds: '{% $states.input %}', Next: 'Decide' },
    Decide: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input = 1 %}', Next: 'Broken' }],
      Default: 'Fine',
    },
    Broken: { Type: 'Fail', Error: 'Broken', Cause: 'One.' },
    Fine: { Type: 'Succeed' },
  },
};

describe('Map', () => {
  it('runs its processor on every item and keeps their order', async () => {
    const outcome = await runMachine(
      {
        StartAt: 'Each',
        States: {
          Each: {
            Type: 'Map',
            Items: '{% $states.input.items %}',
            ItemSelector: {
              n: '{% $states.context.Map.Item.Value %}',
              i: '{% $states.context.Map.Item.Index %}',
              all: '{% $count($states.input.items) %}',
            },
            MaxConcurrency: 1,
            ItemProcessor: {
              ProcessorConfig: { Mode: 'INLINE' },
              StartAt: 'Double',
              States: {
                Double: {
                  Type: 'Pass',
                  Output: '{% $states.input.n * 2 + $states.input.i + $states.context.Map.Item.Index %}',
                  End: true,
                },
              },
            },
            Output: { sum: '{% $sum($states.result) %}', each: '{% $states.result %}' },
            End: true,
          },
        },
      },
      { items: [10, 20] },
    );
    expect(outcome.output).toEqual({ sum: 62, each: [20, 42] });
    expect(outcome.events.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [1, 0, 'ExecutionStarted'],
      [2, 0, 'MapStateEntered'],
      [3, 2, 'MapStateStarted'],
      [4, 3, 'MapIterationStarted'],
      [5, 4, 'PassStateEntered'],
      [6, 5, 'PassStateExited'],
      [7, 6, 'MapIterationSucceeded'],
      [8, 6, 'MapIterationStarted'],
      [9, 8, 'PassStateEntered'],
      [10, 9, 'PassStateExited'],
      [11, 10, 'MapIterationSucceeded'],
      [12, 11, 'MapStateSucceeded'],
      [13, 11, 'MapStateExited'],
      [14, 13, 'ExecutionSucceeded'],
    ]);
    expect(outcome.events[2]).toMatchObject({ mapStateStartedEventDetails: { length: 2 } });
    expect(outcome.events[7]).toMatchObject({ mapIterationStartedEventDetails: { name: 'Each', index: 1 } });
  });

  it.each([
    [undefined, 40],
    [0, 40],
    [3, 3],
    ['{% 2 %}', 2],
  ])('with MaxConcurrency %s runs %i iterations at once at most', async (MaxConcurrency, expected) => {
    let [running, most] = [0, 0];
    const { output } = await runMachine(
      {
        StartAt: 'Each',
        States: {
          Each: {
            Type: 'Map',
            ...(MaxConcurrency === undefined ? {} : { MaxConcurrency }),
            ItemProcessor: { StartAt: 'Work', States: { Work: { ...INVOKE, Output: 1, End: true } } },
            Output: '{% $sum($states.result) %}',
            End: true,
          },
        },
      },
      Array.from({ length: 50 }, (_, index) => index),
      {
        handler: async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
          running -= 1;
        },
      },
    );
    expect({ output, most }).toEqual({ output: 50, most: expected });
  });

  it('fails as soon as an iteration fails, aborts the others and can be caught', async () => {
    const states = new StatesUnderTest({
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          Items: [50, 1, 60],
          ItemProcessor: WAIT_THEN_FAIL,
          Catch: [{ ErrorEquals: ['Broken'], Next: 'Caught' }],
          End: true,
        },
        Caught: { Type: 'Succeed' },
      },
    });
    const outcome = await states.run();
    expect(outcome.output).toEqual({ Error: 'Broken', Cause: 'One.' });
    expect(states.clock.now() - Date.parse('2026-01-01T00:00:00Z')).toBe(1_000);
    expect(states.clock.sleeping).toBe(0);
    const types = typesOf(outcome);
    expect(types.filter((type) => type === 'MapIterationFailed')).toHaveLength(1);
    expect(types.filter((type) => type === 'MapIterationAborted')).toHaveLength(2);
    expect(types.filter((type) => type === 'WaitStateAborted')).toHaveLength(2);
    const failed = outcome.events.find(({ type }) => type === 'MapIterationFailed');
    const mapFailed = outcome.events.find(({ type }) => type === 'MapStateFailed');
    expect(mapFailed?.previousEventId).toBe(failed?.previousEventId);
  });

  it('has nothing to do for no items, and fails for what is no array', async () => {
    const each = (Items: unknown) => ({
      StartAt: 'Each',
      States: { Each: { Type: 'Map', Items, ItemProcessor: WAIT_THEN_FAIL, End: true } },
    });
    expect((await runMachine(each([]))).output).toEqual([]);
    expect((await runMachine(each('{% 5 %}'))).cause).toContain("Expected 'array', but was 'number'");
  });
});

describe('Parallel', () => {
  it('gives every branch the arguments and answers with the array of their outputs', async () => {
    const outcome = await runMachine(
      {
        StartAt: 'Both',
        States: {
          Both: {
            Type: 'Parallel',
            Arguments: { n: '{% $states.input.n %}' },
            Branches: [
              {
                StartAt: 'One',
                States: { One: { Type: 'Pass', Output: '{% $states.input.n + 1 %}', End: true } },
              },
              { StartAt: 'Two', States: { Two: { Type: 'Wait', Seconds: 3, End: true } } },
            ],
            End: true,
          },
        },
      },
      { n: 1, other: true },
    );
    expect(outcome.output).toEqual([2, { n: 1 }]);
    const types = typesOf(outcome);
    expect(types.slice(1, 3)).toEqual(['ParallelStateEntered', 'ParallelStateStarted']);
    expect(types.slice(-3)).toEqual(['ParallelStateSucceeded', 'ParallelStateExited', 'ExecutionSucceeded']);
    const [one, two] = ['PassStateEntered', 'WaitStateEntered'].map((wanted) =>
      outcome.events.find(({ type }) => type === wanted),
    );
    expect([one?.previousEventId, two?.previousEventId]).toEqual([3, 3]);
  });

  it('retries all branches when one failed', async () => {
    let calls = 0;
    const outcome = await runMachine(
      {
        StartAt: 'Both',
        States: {
          Both: {
            Type: 'Parallel',
            Branches: [{ StartAt: 'Work', States: { Work: { ...INVOKE, Output: 'done', End: true } } }],
            Retry: [{ ErrorEquals: ['Busy'], MaxAttempts: 1 }],
            End: true,
          },
        },
      },
      {},
      {
        handler: () => {
          calls += 1;
          if (calls === 1) throw new HandlerError({ errorType: 'Busy' });
        },
      },
    );
    expect(outcome.output).toEqual(['done']);
    expect(typesOf(outcome).filter((type) => type === 'ParallelStateStarted')).toHaveLength(2);
    expect(typesOf(outcome)).not.toContain('ParallelStateFailed');
  });

  it('names the innermost state once in the cause', async () => {
    const { cause } = await runMachine({
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'One', States: { One: { Type: 'Pass', Output: '{% $nothing %}', End: true } } },
          ],
          End: true,
        },
      },
    });
    expect(cause?.match(/An error occurred/g)).toHaveLength(1);
    expect(cause).toContain("the state 'One' (entered at the event id #4)");
  });

  it('stops with the execution, leaving no event behind the last', async () => {
    const states = new StatesUnderTest(
      {
        StartAt: 'Both',
        States: {
          Both: {
            Type: 'Parallel',
            Branches: [
              { StartAt: 'One', States: { One: { Type: 'Wait', Seconds: 9, End: true } } },
              { StartAt: 'Two', States: { Two: { ...INVOKE, End: true } } },
            ],
            End: true,
          },
        },
      },
      { handler: () => new Promise(() => undefined) },
    );
    const executionArn = states.start();
    await states.clock.advance(1_000);
    await states.call('StopExecution', { executionArn });
    await states.clock.advance(60_000);
    expect(typesOf(await states.outcome(executionArn)).at(-1)).toBe('ExecutionAborted');
    expect(states.clock.sleeping).toBe(0);
  });
});
