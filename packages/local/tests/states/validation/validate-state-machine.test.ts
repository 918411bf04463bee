import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { validateStateMachine } from '../../../src/states/validation/state-machine.ts';

const TASK = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'work', Payload: '{% $states.input %}' },
};
const DONE = { Type: 'Succeed' };

function machine(state: object, others: object = { Done: DONE }): object {
  return { QueryLanguage: 'JSONata', StartAt: 'It', States: { It: state, ...others } };
}

/** A machine with all that is run: what `asl-validator` must find valid as well. */
const EVERYTHING = {
  QueryLanguage: 'JSONata',
  Comment: 'Everything.',
  Version: '1.0',
  TimeoutSeconds: 3_600,
  StartAt: 'Task',
  States: {
    Task: {
      ...TASK,
      Comment: 'A task.',
      TimeoutSeconds: '{% $states.input.limit %}',
      Assign: { a: '{% $states.result.Payload %}' },
      Output: '{% $states.result.Payload.items[price > 3].name %}',
      Retry: [
        {
          ErrorEquals: ['Busy'],
          IntervalSeconds: 1,
          MaxAttempts: 5,
          BackoffRate: 1.5,
          MaxDelaySeconds: 60,
          JitterStrategy: 'FULL',
        },
        { ErrorEquals: ['States.ALL'] },
      ],
      Catch: [
        { ErrorEquals: ['States.ALL'], Assign: { e: '{% $states.errorOutput.Cause %}' }, Next: 'Broken' },
      ],
      Next: 'Choice',
    },
    Choice: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $a.late %}', Next: 'Wait', Assign: { b: 1 }, Output: {} }],
      Default: 'Parallel',
    },
    Wait: {
      Type: 'Wait',
      Timestamp: '{% $fromMillis($number($states.input.at) * 1000) %}',
      Next: 'Parallel',
    },
    Parallel: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Seconds', States: { Seconds: { Type: 'Wait', Seconds: 1, End: true } } },
        {
          StartAt: 'Pass',
          States: { Pass: { Type: 'Pass', Output: '{% $states.context.State.Name %}', End: true } },
        },
      ],
      Next: 'Map',
    },
    Map: {
      Type: 'Map',
      Items: "{% $map($states.input, function($v, $i) { {'v': $v, 'i': $i} }) %}",
      ItemSelector: '{% $states.context.Map.Item.Value %}',
      MaxConcurrency: 5,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'Function',
        States: {
          Function: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
            Arguments: '{% $states.input %}',
            HeartbeatSeconds: 60,
            End: true,
          },
        },
      },
      Next: 'Done',
    },
    Done: { Type: 'Succeed', Output: '{% ($x := 1; $x + 1) %}' },
    Broken: { Type: 'Fail', Error: "{% $e ? 'A' : 'B' %}", Cause: 'Why.' },
  },
};

describe('validateStateMachine', () => {
  it('finds nothing wrong with all that is run, nor does asl-validator', () => {
    expect(validateStateMachine(EVERYTHING)).toEqual([]);
    const aslValidator = createRequire(import.meta.url)('asl-validator') as (definition: object) => {
      isValid: boolean;
      errorsText: () => string;
    };
    // It writes into what it checks.
    const { isValid, errorsText } = aslValidator(structuredClone(EVERYTHING));
    expect(isValid ? '' : errorsText()).toBe('');
  });

  it.each([
    [
      'a language that there is not',
      { QueryLanguage: 'JMESPath', StartAt: 'It', States: { It: DONE } },
      /^Value should be one of the following: \[JSONPath, JSONata\]$/,
      '/QueryLanguage',
    ],
    [
      'a field of JSONPath',
      machine({ Type: 'Pass', InputPath: '$.a', End: true }, {}),
      // https://github.com/floci-io/floci/issues/2968, measured on AWS
      /^The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' /,
      '/States/It',
    ],
    [
      'Result',
      machine({ Type: 'Pass', Result: 1, End: true }, {}),
      /field 'Result' is only supported for the 'JSONPath' QueryLanguage$/,
      '/States/It',
    ],
    [
      'a JSONPath key',
      machine({ ...TASK, Arguments: { FunctionName: 'f', Payload: { 'a.$': '$.a' } }, End: true }, {}),
      /field 'a\.\$' is JSONPath; write 'a'/,
      '/States/It/Arguments/Payload/a.$',
    ],
    [
      'an unknown field',
      machine({ ...DONE, Nxt: 'Done' }, {}),
      // https://github.com/floci-io/floci/issues/2735, measured on AWS
      /^Field 'Nxt' is not supported$/,
      '/States/It',
    ],
    [
      'an unknown type',
      machine({ Type: 'Loop' }, {}),
      /State 'It': 'Loop' is not a type of state/,
      '/States/It/Type',
    ],
    [
      // https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
      'heartbeats that are not faster than the timeout',
      machine({ ...TASK, HeartbeatSeconds: 5, TimeoutSeconds: 5, End: true }, {}),
      /'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'/,
      '/States/It/HeartbeatSeconds',
    ],
    [
      'another integration',
      machine({ ...TASK, Resource: 'arn:aws:states:::sqs:sendMessage', End: true }, {}),
      /the laptop runtime runs lambda:invoke and lambda:invoke\.waitForTaskToken: call other services/,
      '/States/It/Resource',
    ],
    [
      'a function by its ARN',
      machine({ ...TASK, Resource: 'arn:aws:lambda:eu-west-1:000000000000:function:work', End: true }, {}),
      /the laptop runtime runs lambda:invoke and/,
      '/States/It/Resource',
    ],
    [
      'an argument of Invoke that is not run here',
      machine({ ...TASK, Arguments: { FunctionName: 'f', Qualifier: '1' }, End: true }, {}),
      /The field 'Qualifier' is not run here/,
      '/States/It/Arguments',
    ],
    [
      'another argument of Invoke',
      machine({ ...TASK, Arguments: { FunctionName: 'f', TaskToken: 'x' }, End: true }, {}),
      // https://docs.aws.amazon.com/step-functions/latest/dg/connect-parameters.html
      /The field 'TaskToken' is not supported by Step Functions/,
      '/States/It/Arguments',
    ],
    [
      'a missing argument',
      machine({ ...TASK, Arguments: {}, End: true }, {}),
      /The field 'FunctionName' is required but was missing/,
      '/States/It/Arguments',
    ],
    [
      'an item reader of an inline map',
      machine(
        { Type: 'Map', ItemReader: {}, ItemProcessor: { StartAt: 'In', States: { In: DONE } }, End: true },
        {},
      ),
      /'ItemReader' belongs to Distributed Map/,
      '/States/It/ItemReader',
    ],
    [
      'JSONata that does not parse',
      machine({ ...DONE, Output: '{% a[1, %}' }, {}),
      /State 'It': 'a\[1,' is not JSONata: S/,
      '/States/It/Output',
    ],
    [
      'a half-marked expression',
      machine({ ...DONE, Output: ' {% 1 %}' }, {}),
      /is not an expression/,
      '/States/It/Output',
    ],
    [
      'a name at the top level',
      machine({ ...DONE, Output: { v: '{% phone %}' } }, {}),
      /reference to 'phone' at the top level/,
      '/States/It/Output/v',
    ],
    [
      '$ at the top level',
      machine({ ...DONE, Output: '{% $count($) %}' }, {}),
      /reference to '\$' at the top level/,
      '/States/It/Output',
    ],
    [
      'errorOutput outside a catcher',
      machine({ ...DONE, Output: '{% $states.errorOutput.Error %}' }, {}),
      /errorOutput is supported in the Output and Assign of a catcher only/,
      '/States/It/Output',
    ],
    [
      'a variable named states',
      machine({ Type: 'Pass', Assign: { states: 1 }, End: true }, {}),
      /^Cannot assign to reserved variable '\$states'\.$/,
      '/States/It/Assign/states',
    ],
    [
      'a transition to nowhere',
      machine({ Type: 'Pass', Next: 'Gone' }, {}),
      /State 'It': it leads to 'Gone'/,
      '/States/It',
    ],
    [
      'a state that nothing leads to',
      machine({ ...DONE }),
      /State 'Done': no state leads to it/,
      '/States/Done',
    ],
    [
      'a chain without an end',
      machine({ Type: 'Pass', Next: 'It' }, {}),
      /no state that can be reached ends it/,
      '/States',
    ],
    [
      'neither Next nor End',
      machine({ Type: 'Pass' }, {}),
      /^This object should have only one of the following fields: \[Next, End\]$/,
      '/States/It',
    ],
    [
      'States.ALL before others',
      machine({ ...TASK, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }], End: true }, {}),
      /'States\.ALL' must stand alone/,
      '/States/It/Retry[0]/ErrorEquals',
    ],
    [
      'a retrier’s unknown field',
      machine({ ...TASK, Retry: [{ ErrorEquals: ['A'], Interval: 1 }], End: true }, {}),
      /^Field 'Interval' is not supported$/,
      '/States/It/Retry[0]',
    ],
    [
      'a backoff below one',
      machine({ ...TASK, Retry: [{ ErrorEquals: ['A'], BackoffRate: 0.5 }], End: true }, {}),
      /'BackoffRate' must be a number of at least 1/,
      '/States/It/Retry[0]/BackoffRate',
    ],
    [
      'a Wait for two things',
      machine({ Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true }, {}),
      /^There should only be one of the following fields: \[SecondsPath, Seconds, TimestampPath, Timestamp\]$/,
      '/States/It',
    ],
    [
      'a condition that is a plain string',
      machine({ Type: 'Choice', Choices: [{ Condition: 'true', Next: 'Done' }] }),
      /'Condition' must be a boolean or an expression/,
      '/States/It/Choices[0]/Condition',
    ],
    [
      'a name that occurs twice',
      machine({ Type: 'Parallel', Branches: [{ StartAt: 'Done', States: { Done: DONE } }], Next: 'Done' }),
      /State 'Done': another state has the same name/,
      '/States/Done',
    ],
    [
      'no states',
      { QueryLanguage: 'JSONata', StartAt: 'It', States: {} },
      /'States' must be an object with at least one state/,
      '/States',
    ],
  ])('refuses %s in one sentence', (_, definition, message, location) => {
    const found = validateStateMachine(definition);
    expect(found.map((diagnostic) => diagnostic.location)).toContain(location);
    const diagnostic = found.find((candidate) => candidate.location === location);
    expect(diagnostic?.message).toMatch(message);
    expect(diagnostic?.message).toMatch(/^[^\n]+$/);
  });

  it.each([
    '$states.input.items[value > 3]',
    '$map($states.input.a, function($v) { $v.b })',
    "$states.input.{ 'k': name }",
    "{ 'id': $states.input.id, 'list': [$states.input.a] }",
    '($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(5))',
    '$states.input.list ~> $sum',
    '$sort($states.input.list, function($l, $r) { $l.at > $r.at })',
    '$states.input.list^(>price).name',
    '$states.input.list{ kind: $sum(price) }',
    '$states.input.list.$',
  ])('lets %s be', (source) => {
    expect(validateStateMachine(machine({ ...DONE, Output: `{% ${source} %}` }, {}))).toEqual([]);
  });
});
