import { describe, expect, it } from '@jest/globals';
import { validateStateMachine } from '../../../src/states/validation/state-machine.ts';

const PASS = { Type: 'Pass', End: true };
const machine = (States: object, more: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(States)[0],
  States,
  ...more,
});
const distributed = (name: string, state: object = PASS) => ({
  ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  StartAt: name,
  States: { [name]: state },
});

/** What AWS has answered to LocalStack's `v2/test_sfn_api_validation.py` and `test_sfn_api_express.py`. */
it.each<readonly [string, unknown, string, string | RegExp]>([
  ['EMPTY_STRING', undefined, '/', 'Definition must be a valid JSON object'],
  ['EMPTY_DICT', { QueryLanguage: 'JSONata' }, '/', 'These fields are required: [States, StartAt]'],
  [
    'INVALID_BASE_NO_STARTAT',
    { QueryLanguage: 'JSONata', States: { It: PASS } },
    '/',
    'These fields are required: [StartAt]',
  ],
  [
    'INVALID_DOWNGRADE_QUERY_LANGUAGE',
    machine({ Pass: { ...PASS, QueryLanguage: 'JSONPath' } }),
    '/States/Pass',
    "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
  ],
  ...['2016-12-05 21:29:29Z', '2016-12-05T21:29:29', '2016-13-05T21:29:29Z', '2016-12-05T25:29:29Z'].map(
    (Timestamp) =>
      [
        `scenarios: test_wait_timestamp_invalid, ${Timestamp}`,
        machine({ WaitUntil: { Type: 'Wait', Timestamp, End: true } }),
        '/States/WaitUntil/Timestamp',
        'String does not match RFC3339 timestamp',
      ] as const,
  ),
  // The rest is of the documentation.
  [
    'an operator that came after JSONata 2.0.6',
    machine({ It: { ...PASS, Output: "{% $states.input.a ?? 'none' %}" } }),
    '/States/It/Output',
    /is not JSONata/,
  ],
  [
    'a variable of the states around (workflow-variables.html#variable-scope)',
    machine({
      Set: { Type: 'Pass', Assign: { x: 1 }, Next: 'Each' },
      Each: {
        Type: 'Map',
        ItemProcessor: { StartAt: 'In', States: { In: { ...PASS, Assign: { x: 2, y: 3 } } } },
        End: true,
      },
    }),
    '/States/Each/ItemProcessor/States/In/Assign/x',
    /x/,
  ],
  ['a state without a type', machine({ It: { End: true } }), '/States/It', /Type/],
  [
    'a type that is no text',
    machine({ It: { Type: { toString: false }, End: true } }),
    '/States/It/Type',
    /type/,
  ],
])('a definition is refused for %s', (_, definition, location, message) => {
  expect(validateStateMachine(definition)).toEqual([
    { location, message: typeof message === 'string' ? message : expect.stringMatching(message) },
  ]);
});

describe('validateStateMachine', () => {
  it('refuses callbacks in an Express workflow (test_illegal_callbacks)', () => {
    const Resource = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
    const task = { Type: 'Task', Resource, Arguments: { FunctionName: 'f' }, End: true };
    expect(validateStateMachine(machine({ A: task }), 'EXPRESS')).toMatchObject([
      {
        location: '/States/A/Resource',
        message: expect.stringMatching(
          /Express state machine does not support '\.waitForTaskToken' service integration/,
        ),
      },
    ]);
  });

  it('lets branches, and the children of a Distributed Map, have variables of the same names', () => {
    const inner = { ...PASS, Assign: { x: 2 } };
    const branch = (name: string) => ({ StartAt: name, States: { [name]: inner } });
    const definition = machine({
      Both: { Type: 'Parallel', Branches: [branch('One'), branch('Two')], Next: 'Each' },
      Each: { Type: 'Map', ItemProcessor: distributed('In', inner), Next: 'Set' },
      Set: { Type: 'Wait', Seconds: 0, Assign: { z: 1 }, End: true },
    });
    expect(validateStateMachine(definition)).toEqual([]);
  });
});
