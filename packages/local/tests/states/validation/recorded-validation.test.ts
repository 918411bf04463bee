import { ValidateStateMachineDefinitionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from '@jest/globals';
import { statesApi } from '../states-api.ts';

const api = statesApi();

type Answer = Awaited<ReturnType<typeof validate>>;

async function validate(
  definition: string,
  more: { maxResults?: number; severity?: 'ERROR' | 'WARNING' } = {},
) {
  const { $metadata: _, ...answer } = await api.client.send(
    new ValidateStateMachineDefinitionCommand({ definition, ...more }),
  );
  return answer;
}

const PASS = { Type: 'Pass', End: true };
const machine = (States: object, more: object = {}) =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(States)[0], States, ...more });
const failed = (code: string, message: string, location?: string): Answer => ({
  result: 'FAIL',
  diagnostics: [{ severity: 'ERROR', code, message, ...(location === undefined ? {} : { location }) }],
  truncated: false,
});

/** What AWS has answered to LocalStack's `v2/test_sfn_api_validation.py`. */
describe('ValidateStateMachineDefinition, as AWS has recorded it', () => {
  it.each<readonly [string, string, Answer]>([
    ['EMPTY_STRING', '', failed('SCHEMA_VALIDATION_FAILED', 'Definition must be a valid JSON object')],
    [
      'EMPTY_DICT',
      '{"QueryLanguage":"JSONata"}',
      failed('SCHEMA_VALIDATION_FAILED', 'These fields are required: [States, StartAt]', '/'),
    ],
    [
      'INVALID_BASE_NO_STARTAT',
      JSON.stringify({ QueryLanguage: 'JSONata', States: { It: PASS } }),
      failed('SCHEMA_VALIDATION_FAILED', 'These fields are required: [StartAt]', '/'),
    ],
    ['VALID_QUERY_LANGUAGE_PASS', machine({ It: PASS }), { result: 'OK', diagnostics: [], truncated: false }],
    [
      'INVALID_DOWNGRADE_QUERY_LANGUAGE',
      machine({ Pass: { ...PASS, QueryLanguage: 'JSONPath' } }),
      failed(
        'SCHEMA_VALIDATION_FAILED',
        "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
        '/States/Pass',
      ),
    ],
    ...['2016-12-05 21:29:29Z', '2016-12-05T21:29:29', '2016-13-05T21:29:29Z', '2016-12-05T25:29:29Z'].map(
      (Timestamp) =>
        [
          `scenarios: test_wait_timestamp_invalid, ${Timestamp}`,
          machine({ WaitUntil: { Type: 'Wait', Timestamp, End: true } }),
          failed(
            'SCHEMA_VALIDATION_FAILED',
            'String does not match RFC3339 timestamp',
            '/States/WaitUntil/Timestamp',
          ),
        ] as const,
    ),
  ])('%s', async (_, definition, expected) => {
    expect(await validate(definition)).toEqual(expected);
  });

  it('NOT_A_DEF', async () => {
    expect(await validate('not a definition')).toMatchObject({
      result: 'FAIL',
      diagnostics: [{ severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION' }],
    });
  });
});

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html */
describe('ValidateStateMachineDefinition', () => {
  const broken = machine({ A: { Type: 'Pass', Next: 'B', X: 1 }, B: { ...PASS, Y: 1, Z: 1 } });

  it('tells at most maxResults, and whether there are more', async () => {
    for (const [maxResults, told] of [
      [0, 3],
      [2, 2],
      [3, 3],
    ] as const) {
      const { diagnostics = [], truncated, result } = await validate(broken, { maxResults });
      expect({ told: diagnostics.length, truncated, result }).toEqual({
        told,
        truncated: told < 3,
        result: 'FAIL',
      });
    }
    await expect(validate(broken, { maxResults: 101 })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it.each<readonly [string, object, string, string]>([
    [
      'an operator that came after JSONata 2.0.6',
      { It: { ...PASS, Output: "{% $states.input.a ?? 'none' %}" } },
      'INVALID_JSONATA_EXPRESSION',
      '/States/It/Output',
    ],
    [
      'a label twice',
      Object.fromEntries(
        ['A', 'B'].map((name) => [
          name,
          {
            Type: 'Map',
            Label: 'same',
            ItemProcessor: {
              ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
              StartAt: `${name}1`,
              States: { [`${name}1`]: PASS },
            },
            ...(name === 'A' ? { Next: 'B' } : { End: true }),
          },
        ]),
      ),
      'DUPLICATE_LABEL_NAME',
      '/States/B/Label',
    ],
    [
      'a variable of the states around (workflow-variables.html#variable-scope)',
      {
        Set: { Type: 'Pass', Assign: { x: 1 }, Next: 'Each' },
        Each: {
          Type: 'Map',
          ItemProcessor: { StartAt: 'In', States: { In: { ...PASS, Assign: { x: 2, y: 3 } } } },
          End: true,
        },
      },
      'SCHEMA_VALIDATION_FAILED',
      '/States/Each/ItemProcessor/States/In/Assign/x',
    ],
    ['a state without a type', { It: { End: true } }, 'SCHEMA_VALIDATION_FAILED', '/States/It'],
    [
      'a type that is no text',
      { It: { Type: { toString: false }, End: true } },
      'SCHEMA_VALIDATION_FAILED',
      '/States/It/Type',
    ],
  ])('refuses %s', async (_, states, code, location) => {
    const { diagnostics } = await validate(machine(states));
    expect(diagnostics).toEqual([{ severity: 'ERROR', code, location, message: expect.any(String) }]);
  });

  it('lets branches, and the children of a Distributed Map, have variables of the same names', async () => {
    const inner = (name: string) => ({ StartAt: name, States: { [name]: { ...PASS, Assign: { x: 2 } } } });
    const distributed = {
      ...inner('In'),
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    };
    expect(
      await validate(
        machine({
          Both: { Type: 'Parallel', Branches: [inner('One'), inner('Two')], Next: 'Each' },
          Each: { Type: 'Map', ItemProcessor: distributed, Next: 'Set' },
          Set: { Type: 'Wait', Seconds: 0, Assign: { z: 1 }, End: true },
        }),
      ),
    ).toMatchObject({ result: 'OK' });
  });
});
