import { createHash } from 'node:crypto';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { runMachine } from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';

function pass(Output: unknown, more: object = {}): object {
  return { StartAt: 'Pass', States: { Pass: { Type: 'Pass', Output, ...more, End: true } } };
}

describe('JSONata in states', () => {
  it('evaluates marked strings at any depth and leaves the others alone', async () => {
    const { output } = await runMachine(
      pass({ plain: '$states.input', deep: [{ id: '{% $states.input.id %}' }, 1, null, '{% 1 + 1 %}'] }),
      { id: 'a' },
    );
    expect(output).toEqual({ plain: '$states.input', deep: [{ id: 'a' }, 1, null, 2] });
  });

  it.each([false, 0, '', null, [], {}])('hands on %j as it is', async (value) => {
    expect((await runMachine(pass('{% $states.input %}'), value)).output).toEqual(value);
    expect((await runMachine(pass('{% $states.input.value %}'), { value })).output).toEqual(value);
    expect((await runMachine(pass(value))).output).toEqual(value);
  });

  it('fails with States.QueryEvaluationError when an expression returns nothing', async () => {
    const { status, error, cause, events } = await runMachine(pass({ v: ['{% $states.input.absent %}'] }));
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(cause).toBe(
      "An error occurred while executing the state 'Pass' (entered at the event id #2). The JSONata expression " +
        "'$states.input.absent' specified for the field 'Output/v[0]' returned nothing (undefined).",
    );
    expect(events.find(({ type }) => type === 'EvaluationFailed')).toMatchObject({
      previousEventId: 2,
      evaluationFailedEventDetails: {
        state: 'Pass',
        location: 'Output/v[0]',
        error: 'States.QueryEvaluationError',
        cause,
      },
    });
  });

  it('tells why an expression threw', async () => {
    const { cause } = await runMachine(pass('{% 1 + "a" %}'));
    expect(cause).toMatch(/threw an error during evaluation\. T2002: /);
  });

  it('has no $eval', async () => {
    expect((await runMachine(pass("{% $eval('1') %}"))).cause).toMatch(/T1006/);
  });

  it.each([
    ['$partition([1..5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(0, 10, 5)', [0, 5, 10]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$parse(\'{"a":[1,null]}\').a', [1, null]],
    ["$hash('x', 'SHA-256')", createHash('sha256').update('x').digest('hex')],
    ['$random(42)', 0.7275636800328681],
    ['$partition([1, 2])', [[1, 2]]],
    ['$partition([1, 2], 1.9)', [[1], [2]]],
    ['$range(5, 5, 1)', 5],
    ['$range(0, 1, 5)', [0]],
    ['$random() < 1', true],
    ['$length($uuid())', 36],
    ['$uuid() = $uuid()', false],
  ])('evaluates %s', async (source, expected) => {
    expect((await runMachine(pass(`{% ${source} %}`))).output).toEqual(expected);
  });

  it.each([
    [
      "$hash('x', 'sha256')",
      /D3137: Hash algorithm 'sha256' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5$/,
    ],
    ["$parse('no')", /D3137: Invalid JSON$/],
    ["$parse('')", /D3137: Invalid JSON$/],
    ['$partition([1], -1)', /D3137: Second argument must be zero or greater$/],
    ['$range(1)', /T0410: Argument 2 of function "range" does not match function signature$/],
    ["$uuid('x')", /T0410: Argument 1 of function "uuid" does not match function signature$/],
    ['$partition([], 2)', /returned nothing/],
    ['$range(1, 3, -1)', /returned nothing/],
  ])('refuses %s', async (source, cause) => {
    expect((await runMachine(pass(`{% ${source} %}`))).cause).toMatch(cause);
  });

  it('tells the time of the runtime’s clock', async () => {
    const clock = new FakeClock('2031-05-06T07:08:09.000Z');
    const { output } = await runMachine(
      pass(['{% $now() %}', '{% $millis() %}', "{% $now('[Y]-[M01]') %}"]),
      {},
      { clock },
    );
    expect(output).toEqual(['2031-05-06T07:08:09.000Z', Date.parse('2031-05-06T07:08:09Z'), '2031-05']);
  });

  it('gives the context object', async () => {
    const clock = new FakeClock('2031-05-06T07:08:09.000Z');
    const { output, executionArn } = await runMachine(pass('{% $states.context %}'), { a: 1 }, { clock });
    expect(output).toEqual({
      Execution: {
        Id: executionArn,
        Input: { a: 1 },
        Name: executionArn.split(':').at(-1),
        RoleArn: 'arn:aws:iam::000000000000:role/machine',
        StartTime: '2031-05-06T07:08:09.000Z',
        RedriveCount: 0,
      },
      StateMachine: { Id: 'arn:aws:states:eu-west-1:000000000000:stateMachine:machine', Name: 'machine' },
      State: { Name: 'Pass', EnteredTime: '2031-05-06T07:08:09.000Z' },
    });
  });
});

describe('variables', () => {
  it('are assigned after a state, all from the values before', async () => {
    const { output, events } = await runMachine(
      {
        StartAt: 'One',
        States: {
          One: { Type: 'Pass', Assign: { a: 1, b: { c: '{% $states.input.c %}' } }, Next: 'Two' },
          Two: {
            Type: 'Pass',
            Assign: { a: '{% $b.c %}', b: '{% $a %}' },
            Output: '{% [$a, $b] %}',
            Next: 'Three',
          },
          Three: { Type: 'Pass', Output: ['{% $states.input %}', '{% $a %}', '{% $b %}'], End: true },
        },
      },
      { c: 3 },
    );
    expect(output).toEqual([[1, { c: 3 }], 3, 1]);
    expect(events.find(({ type }) => type === 'PassStateExited')).toMatchObject({
      stateExitedEventDetails: {
        assignedVariables: { a: '1', b: '{"c":3}' },
        assignedVariablesDetails: { truncated: false },
      },
    });
  });

  it('of an iteration stay in it', async () => {
    const { output } = await runMachine({
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'Each' },
        Each: {
          Type: 'Map',
          Items: [1, 2],
          ItemProcessor: {
            StartAt: 'Assign',
            States: {
              Assign: { Type: 'Pass', Assign: { inner: '{% $states.input %}' }, Next: 'Read' },
              Read: { Type: 'Pass', Output: '{% $outer & $string($inner) %}', End: true },
            },
          },
          Next: 'After',
        },
        After: { Type: 'Pass', Output: ['{% $states.input %}', '{% $exists($inner) %}'], End: true },
      },
    });
    expect(output).toEqual([['o1', 'o2'], false]);
  });
});

/** https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variables-limits */
describe('the limits of variables', () => {
  const LARGE = 'x'.repeat(200_000);

  it.each([
    ['one variable of more than 256 KiB', { a: 'x'.repeat(262_143) }],
    ['more than 256 KiB in one Assign', { a: LARGE, b: LARGE }],
  ])('refuse %s', async (_, Assign) => {
    const { error, events } = await runMachine(pass({}, { Assign }));
    expect(error).toBe('States.DataLimitExceeded');
    expect(events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'ExecutionFailed',
    ]);
  });

  it('refuse more than 10 MiB in an execution, of which what has ended is none', async () => {
    const ItemProcessor = {
      StartAt: 'Keep',
      States: { Keep: { Type: 'Pass', Assign: { large: '{% $states.input %}' }, Output: 1, End: true } },
    };
    const each = (MaxConcurrency: number, count: number) => ({
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          Items: `{% $map([1..${count}], function($n) { $n }) %}`,
          ItemSelector: LARGE,
          MaxConcurrency,
          ItemProcessor,
          Output: 'done',
          End: true,
        },
      },
    });
    expect((await runMachine(each(1, 60))).output).toBe('done');
    const grow = {
      StartAt: 'Grow',
      States: Object.fromEntries(
        Array.from({ length: 53 }, (_, index) => [
          index === 0 ? 'Grow' : `Grow${index}`,
          {
            Type: 'Pass',
            Assign: { [`v${index}`]: LARGE },
            ...(index === 52 ? { End: true } : { Next: `Grow${index + 1}` }),
          },
        ]),
      ),
    };
    const { error, events } = await runMachine(grow);
    expect(error).toBe('States.DataLimitExceeded');
    // 52 variables of 200,002 bytes are within 10 MiB.
    expect(events.filter(({ type }) => type === 'PassStateExited')).toHaveLength(52);
  });
});

describe('payloads', () => {
  it('longer than 256 KiB fail with States.DataLimitExceeded, which States.ALL does not catch', async () => {
    const large = 'x'.repeat(262_143);
    const { status, error } = await runMachine({
      StartAt: 'Fan',
      States: {
        Fan: {
          Type: 'Parallel',
          Branches: [{ StartAt: 'Grow', States: { Grow: { Type: 'Pass', Output: `é${large}`, End: true } } }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
          Retry: [{ ErrorEquals: ['States.ALL'] }],
          Next: 'Caught',
        },
        Caught: { Type: 'Succeed' },
      },
    });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});
