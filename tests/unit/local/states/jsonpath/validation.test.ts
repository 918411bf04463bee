import { describe, expect, it } from '@jest/globals';
import { validateStateMachine } from '../../../../../local/states/validation/validate-state-machine.ts';

const DONE = { Type: 'Succeed' };
const PROCESSOR = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const DISTRIBUTED = {
  Type: 'Map',
  ItemProcessor: { ...PROCESSOR, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
};

/** A machine in JSONPath, AWS's default, that goes from `It` to `Done`. */
const machine = (state: object) => ({
  StartAt: 'It',
  States: { It: { Type: 'Pass', Next: 'Done', ...state }, Done: DONE },
});

const choice = (rule: object) =>
  machine({ Type: 'Choice', Next: undefined, Default: 'Done', Choices: [{ Next: 'Done', ...rule }] });

describe('a definition in JSONPath', () => {
  it.each<[string, object]>([
    [
      'a Pass',
      {
        Parameters: { 'a.$': "States.Format('{}', $$.Execution.Id)" },
        ResultPath: '$.a[0]',
        Assign: { 'b.$': '$.c' },
      },
    ],
    ['strings that look like JSONata', { Result: '{% $x %}', Comment: '{%' }],
    [
      'a Task',
      {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: { 'FunctionName.$': '$.f', Payload: { 'x.$': '$' } },
        TimeoutSecondsPath: '$.t',
        HeartbeatSeconds: 1,
        ResultSelector: {},
        Retry: [{ ErrorEquals: ['States.ALL'] }],
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Assign: {}, Next: 'Done' }],
      },
    ],
    ['a Wait', { Type: 'Wait', SecondsPath: '$.s', InputPath: null, OutputPath: '$x.y' }],
    ['a Map', { Type: 'Map', Iterator: PROCESSOR, ItemsPath: '$$.Execution.Input.items', MaxConcurrency: 1 }],
    [
      'a Distributed Map',
      {
        ...DISTRIBUTED,
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          Parameters: { 'Bucket.$': '$.b', Key: 'k' },
          ReaderConfig: { InputType: 'JSON', MaxItemsPath: '$.m' },
        },
        ItemBatcher: { MaxItemsPerBatchPath: '$.n', BatchInput: { 'a.$': '$.a' } },
        ResultWriter: {
          Resource: 'arn:aws:states:::s3:putObject',
          Parameters: { Bucket: 'b', 'Prefix.$': '$.p' },
        },
        ToleratedFailurePercentagePath: '$.tp',
        ToleratedFailureCountPath: '$.tc',
      },
    ],
    ['a state in JSONata', { QueryLanguage: 'JSONata', Output: '{% $x %}' }],
  ])('takes %s', (_, state) => {
    expect(validateStateMachine(machine(state))).toEqual([]);
  });

  it.each<[string, object, string, RegExp]>([
    ['Output', machine({ Output: 1 }), 'Output', /belongs to JSONata/],
    [
      'Arguments',
      machine({ Type: 'Parallel', Branches: [PROCESSOR], Arguments: {} }),
      'Arguments',
      /belongs to JSONata/,
    ],
    ['an unknown field', machine({ OutputPaths: '$' }), 'OutputPaths', /unknown/],
    ['ResultSelector of a Pass', machine({ ResultSelector: {} }), 'ResultSelector', /unknown/],
    [
      'JSONPath in JSONata',
      machine({ QueryLanguage: 'JSONata', InputPath: '$' }),
      'InputPath',
      /belongs to JSONPath/,
    ],
    [
      'InputPath',
      machine({ InputPath: 'a' }),
      'InputPath',
      /^Value is not a valid JSONPath: a path begins with '\$'$/,
    ],
    [
      'a function of a path',
      machine({ OutputPath: '$.a.length()' }),
      'OutputPath',
      /functions such as length\(\)/,
    ],
    // https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
    [
      'ResultPath',
      machine({ ResultPath: '$.a[*]' }),
      'ResultPath',
      /^Value is not a Reference Path: the operators/,
    ],
    [
      'ResultPath to the context',
      machine({ ResultPath: '$$.a' }),
      'ResultPath',
      /must point into the state's data/,
    ],
    [
      'ResultPath to a variable',
      machine({ ResultPath: '$a.b' }),
      'ResultPath',
      /must point into the state's data/,
    ],
    ['Parameters', machine({ Parameters: 'a' }), 'Parameters', /must be an object/],
    // As AWS tells it: https://github.com/localstack/localstack/tree/main/tests/aws/services/stepfunctions/v2
    [
      'a template',
      machine({ Parameters: { a: [{ 'b.$': 'missing' }] } }),
      'Parameters',
      /^The value for the field 'b\.\$' must be a valid JSONPath or a valid intrinsic function call: /,
    ],
    [
      'a value of a template',
      machine({ Parameters: { 'b.$': 1 } }),
      'Parameters',
      /field 'b\.\$' must be a valid/,
    ],
    ['Assign', machine({ Assign: { 'a-b.$': '$' } }), 'Assign/a-b', /can't be the name of a variable/],
    ['Assign of no path', machine({ Assign: { 'a.$': 'x' } }), 'Assign', /field 'a\.\$' must be a valid/],
    [
      'Seconds twice',
      machine({ Type: 'Wait', Seconds: 1, SecondsPath: '$.s' }),
      '',
      /either 'Seconds' or 'SecondsPath'/,
    ],
    ['no Seconds', machine({ Type: 'Wait' }), '', /either 'Seconds' or 'Timestamp'/],
    ['SecondsPath', machine({ Type: 'Wait', SecondsPath: '$.a[*]' }), 'SecondsPath', /not a Reference Path/],
    [
      'CausePath',
      machine({ Type: 'Fail', Next: undefined, CausePath: 'x' }),
      'CausePath',
      /'CausePath' must be a valid/,
    ],
    [
      'Cause twice',
      machine({ Type: 'Fail', Next: undefined, CausePath: '$.x', Cause: 'y' }),
      '',
      /either 'Cause' or/,
    ],
    [
      'Catch',
      machine({
        Type: 'Parallel',
        Branches: [PROCESSOR],
        Catch: [{ ErrorEquals: ['E'], Next: 'Done', Output: 1 }],
      }),
      'Catch/0/Output',
      /JSONata/,
    ],
    [
      'a Map with both',
      machine({ Type: 'Map', ItemProcessor: PROCESSOR, ItemSelector: {}, Parameters: {} }),
      'Parameters',
      /'ItemSelector' is now/,
    ],
    ['a Map without', machine({ Type: 'Map' }), 'ItemProcessor', /must be an object/],
    [
      'a Map inside',
      machine({
        Type: 'Map',
        Iterator: { StartAt: 'P', States: { P: { Type: 'Pass', Output: 1, End: true } } },
      }),
      'Iterator/States/P/Output',
      /JSONata/,
    ],
    [
      'the arguments of a service',
      machine({
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: { 'Functionname.$': '$.f' },
      }),
      'Parameters',
      /'Functionname' is not supported/,
    ],
    [
      'tolerance of an inline Map',
      machine({ Type: 'Map', Iterator: PROCESSOR, ToleratedFailureCountPath: '$.a' }),
      'ToleratedFailureCountPath',
      /belongs to Distributed Map/,
    ],
    [
      'a reader',
      machine({
        ...DISTRIBUTED,
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          Arguments: {},
          ReaderConfig: { InputType: 'JSON' },
        },
      }),
      'ItemReader/Arguments',
      /JSONata/,
    ],
    [
      'a writer',
      machine({
        ...DISTRIBUTED,
        ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: {} },
      }),
      'ResultWriter/Parameters/Bucket',
      /must be a string/,
    ],
    [
      'a batcher',
      machine({ ...DISTRIBUTED, ItemBatcher: { MaxItemsPerBatch: 1, MaxItemsPerBatchPath: '$.a' } }),
      'ItemBatcher',
      /not both/,
    ],
    ['Condition', choice({ Condition: true }), 'Choices/0/Condition', /JSONata/],
    ['no comparison', choice({ Variable: '$.a' }), 'Choices/0', /with one comparison/],
    [
      'two comparisons',
      choice({ Variable: '$.a', IsNull: true, IsString: true }),
      'Choices/0',
      /with one comparison/,
    ],
    ['no Variable', choice({ IsNull: true }), 'Choices/0', /'IsNull' needs a 'Variable'/],
    ['a Variable too many', choice({ Variable: '$.a', And: [] }), 'Choices/0', /'And' has no 'Variable'/],
    ['an empty And', choice({ And: [] }), 'Choices/0/And', /must be an array of rules/],
    [
      'Next inside a rule',
      choice({ Not: { Variable: '$.a', IsNull: true, Next: 'Done' } }),
      'Choices/0/Not/Next',
      /unknown/,
    ],
    ['an unknown operator', choice({ Variable: '$.a', NumericIs: 1 }), 'Choices/0/NumericIs', /unknown/],
    [
      'an operand',
      choice({ Variable: '$.a', NumericEquals: '1' }),
      'Choices/0/NumericEquals',
      /must be a number/,
    ],
    [
      'a time',
      choice({ Variable: '$.a', TimestampEquals: 'now' }),
      'Choices/0/TimestampEquals',
      /must be a timestamp/,
    ],
    ['IsPresent', choice({ Variable: '$.a', IsPresent: 'yes' }), 'Choices/0/IsPresent', /must be a boolean/],
    [
      'an operand that is a path',
      choice({ Variable: '$.a', StringEqualsPath: 'b' }),
      'Choices/0/StringEqualsPath',
      /Reference Path/,
    ],
    [
      'a pattern',
      choice({ Variable: '$.a', StringMatches: 'a\\b' }),
      'Choices/0/StringMatches',
      /a backslash/,
    ],
  ])('is refused for %s', (_, definition, field, message) => {
    const location = `/States/It${field === '' ? '' : `/${field}`}`;
    const found = validateStateMachine(JSON.parse(JSON.stringify(definition)));
    expect(found.filter((each) => each.location === location).map((each) => each.message)).toContainEqual(
      expect.stringMatching(message),
    );
  });

  it('is refused for variables of the states around', () => {
    const inner = { StartAt: 'P', States: { P: { Type: 'Pass', Assign: { 'a.$': '$' }, End: true } } };
    const found = validateStateMachine(machine({ Type: 'Map', Iterator: inner, Assign: { a: 1 } }));
    expect(found.map(({ location }) => location)).toEqual(['/States/It/Iterator/States/P/Assign/a.$']);
  });
});
