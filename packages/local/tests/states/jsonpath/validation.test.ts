import { describe, expect, it } from '@jest/globals';
import { validateStateMachine } from '../../../src/states/validation/state-machine.ts';

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

const inside = (fields: object) => ({ StartAt: 'P', States: { P: { Type: 'Pass', End: true, ...fields } } });

const other = (language: 'JSONata' | 'JSONPath', field: string) =>
  `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the ` +
  `'${language === 'JSONata' ? 'JSONPath' : 'JSONata'}' QueryLanguage`;

/** What is said at a place in the state `It`. */
function messagesAt(definition: object, place: string): readonly string[] {
  return validateStateMachine(JSON.parse(JSON.stringify(definition)))
    .filter(({ location }) => location === `/States/It${place}`)
    .map(({ message }) => message);
}

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
          ReaderConfig: { InputType: 'JSONL' },
        },
        ItemBatcher: { MaxItemsPerBatchPath: '$.n', BatchInput: { 'a.$': '$.a' } },
        ResultWriter: {
          Resource: 'arn:aws:states:::s3:putObject',
          Parameters: { Bucket: 'b', 'Prefix.$': '$.p' },
          WriterConfig: { OutputType: 'JSONL', Transformation: 'FLATTEN' },
        },
        ToleratedFailurePercentagePath: '$.tp',
        ToleratedFailureCountPath: '$.tc',
      },
    ],
    ['a state in JSONata', { QueryLanguage: 'JSONata', Output: '{% $x %}' }],
  ])('takes %s', (_, state) => {
    expect(validateStateMachine(machine(state))).toEqual([]);
  });

  // What AWS has told of a definition, in its words:
  // https://github.com/floci-io/floci/issues/2968, /issues/2735 and /issues/3733 (measured with
  // ValidateStateMachineDefinition), and https://github.com/aws-cloudformation/cfn-lint/issues/4077
  it.each<[string, object, string, string]>([
    ['Output', machine({ Output: 1 }), '', other('JSONPath', 'Output')],
    [
      'Arguments',
      machine({ Type: 'Parallel', Branches: [PROCESSOR], Arguments: {} }),
      '',
      other('JSONPath', 'Arguments'),
    ],
    ['Items', machine({ Type: 'Map', Iterator: PROCESSOR, Items: [] }), '', other('JSONPath', 'Items')],
    [
      'JSONPath in JSONata',
      machine({ QueryLanguage: 'JSONata', InputPath: '$' }),
      '',
      other('JSONata', 'InputPath'),
    ],
    [
      'JSONPath in what is no language',
      machine({ QueryLanguage: 'jsonata', InputPath: '$' }),
      '',
      other('JSONata', 'InputPath'),
    ],
    [
      'no language',
      machine({ QueryLanguage: 'jsonata' }),
      '/QueryLanguage',
      'Value should be one of the following: [JSONPath, JSONata]',
    ],
    [
      'no text as language',
      machine({ QueryLanguage: 5 }),
      '/QueryLanguage',
      'Expected value of type [STRING]',
    ],
    [
      'a state inside a Map in JSONata',
      machine({ Type: 'Map', QueryLanguage: 'JSONata', ItemProcessor: inside({ Output: 1 }) }),
      '/ItemProcessor/States/P',
      other('JSONPath', 'Output'),
    ],
    [
      'a state in a branch',
      machine({ Type: 'Parallel', QueryLanguage: 'JSONata', Branches: [inside({ Output: 1 })] }),
      '/Branches[0]/States/P',
      other('JSONPath', 'Output'),
    ],
    [
      'a language of a processor',
      machine({ Type: 'Map', Iterator: { ...PROCESSOR, QueryLanguage: 'JSONata' } }),
      '/Iterator',
      "Field 'QueryLanguage' is not supported",
    ],
    [
      'a language of a branch',
      machine({ Type: 'Parallel', Branches: [{ ...PROCESSOR, QueryLanguage: 'JSONata' }] }),
      '/Branches[0]',
      "Field 'QueryLanguage' is not supported",
    ],
    ['an unknown field', machine({ OutputPaths: '$' }), '', "Field 'OutputPaths' is not supported"],
    ['Catch of a Pass', machine({ Catch: [] }), '', "Field 'Catch' is not supported"],
    [
      'Seconds twice',
      machine({ Type: 'Wait', Seconds: 1, SecondsPath: '$.s' }),
      '',
      'There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]',
    ],
    [
      'Cause twice',
      machine({ Type: 'Fail', Next: undefined, CausePath: '$.x', Cause: 'y' }),
      '',
      'There should only be one of the following fields: [Cause, CausePath]',
    ],
    [
      'a limit twice',
      machine({ ...DISTRIBUTED, ToleratedFailureCount: 1, ToleratedFailureCountPath: '$.a' }),
      '',
      'There should only be one of the following fields: [ToleratedFailureCount, ToleratedFailureCountPath]',
    ],
    [
      'a batch twice',
      machine({ ...DISTRIBUTED, ItemBatcher: { MaxItemsPerBatch: 1, MaxItemsPerBatchPath: '$.a' } }),
      '/ItemBatcher',
      'There should only be one of the following fields: [MaxItemsPerBatch, MaxItemsPerBatchPath]',
    ],
    [
      'a limit below 0',
      machine({ Type: 'Map', Iterator: PROCESSOR, MaxConcurrency: -1 }),
      '/MaxConcurrency',
      'Minimum value is 0',
    ],
    [
      'a percentage below 0',
      machine({ ...DISTRIBUTED, ToleratedFailurePercentage: -1 }),
      '/ToleratedFailurePercentage',
      'Minimum value is 0.0',
    ],
    [
      'a Map without a processor',
      machine({ Type: 'Map' }),
      '',
      'This object should have only one of the following fields: [ItemProcessor, Iterator]',
    ],
    [
      'a Map with two',
      machine({ Type: 'Map', ItemProcessor: PROCESSOR, Iterator: PROCESSOR }),
      '',
      'There should only be one of the following fields: [ItemProcessor, Iterator]',
    ],
    [
      'Next and End',
      machine({ End: true }),
      '',
      'There should only be one of the following fields: [Next, End]',
    ],
    [
      'a variable named states',
      machine({ Assign: { 'states.$': '$' } }),
      '/Assign/states',
      "Cannot assign to reserved variable '$states'.",
    ],
    [
      'a variable',
      machine({ Assign: { 'a-b.$': '$' } }),
      '/Assign/a-b',
      "Invalid variable name 'a-b': the variable name contains invalid characters.",
    ],
    ['Condition', choice({ Condition: true }), '/Choices[0]', other('JSONPath', 'Condition')],
    [
      'a rule of nothing',
      choice({}),
      '/Choices[0]',
      'The object must have only one of the following fields, [And, Or, Not, Variable, Condition]',
    ],
    [
      'a Variable too many',
      choice({ Variable: '$.a', And: [] }),
      '/Choices[0]',
      'The object must have only one of the following fields, [And, Or, Not, Variable, Condition]',
    ],
    [
      'a rule without Next',
      choice({ Variable: '$.a', IsNull: true, Next: undefined }),
      '/Choices[0]',
      'These fields are required: [Next]',
    ],
    [
      'Next inside a rule',
      choice({ Not: { Variable: '$.a', IsNull: true, Next: 'Done' } }),
      '/Choices[0]/Not',
      "Field 'Next' is not supported",
    ],
    [
      'a Variable of a function',
      choice({ Variable: 'States.ArrayLength($.a)', NumericEquals: 0 }),
      '/Choices[0]/Variable',
      "Value is not a Reference Path: Reference path didn't start with '$'",
    ],
  ])('is refused for %s, in the words of AWS', (_, definition, place, message) => {
    expect(messagesAt(definition, place)).toContain(message);
  });

  it.each<[string, object, string, RegExp]>([
    [
      'InputPath',
      machine({ InputPath: 'a' }),
      '/InputPath',
      /^Value must be a valid JSONPath: a path begins with '\$'$/,
    ],
    [
      'a function of a path',
      machine({ OutputPath: '$.a.length()' }),
      '/OutputPath',
      /functions such as length\(\)/,
    ],
    // https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
    [
      'ResultPath',
      machine({ ResultPath: '$.a[*]' }),
      '/ResultPath',
      /^Value is not a Reference Path: the operators/,
    ],
    [
      'ResultPath to the context',
      machine({ ResultPath: '$$.a' }),
      '/ResultPath',
      /must point into the state's data/,
    ],
    [
      'ResultPath to a variable',
      machine({ ResultPath: '$a.b' }),
      '/ResultPath',
      /must point into the state's data/,
    ],
    ['Parameters', machine({ Parameters: 'a' }), '/Parameters', /must be an object/],
    // https://github.com/aws/amazon-states-language-service/issues/26
    [
      'a template',
      machine({ Parameters: { a: [{ 'b.$': 'missing' }] } }),
      '/Parameters',
      /^The value for the field 'b\.\$' must be a valid JSONPath or a valid intrinsic function call: /,
    ],
    [
      'a value of a template',
      machine({ Parameters: { 'b.$': 1 } }),
      '/Parameters',
      /field 'b\.\$' must be a valid/,
    ],
    ['Assign of no path', machine({ Assign: { 'a.$': 'x' } }), '/Assign', /field 'a\.\$' must be a valid/],
    ['SecondsPath', machine({ Type: 'Wait', SecondsPath: '$.a[*]' }), '/SecondsPath', /not a Reference Path/],
    // https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html#contextobject-access
    [
      'a limit of the context',
      machine({ Type: 'Map', Iterator: PROCESSOR, MaxConcurrencyPath: '$$.Execution.Input.n' }),
      '/MaxConcurrencyPath',
      /not a Reference Path/,
    ],
    [
      'CausePath',
      machine({ Type: 'Fail', Next: undefined, CausePath: 'x' }),
      '/CausePath',
      /'CausePath' must be a valid/,
    ],
    [
      'Catch',
      machine({
        Type: 'Parallel',
        Branches: [PROCESSOR],
        Catch: [{ ErrorEquals: ['E'], Next: 'Done', Output: 1 }],
      }),
      '/Catch[0]',
      /'JSONata'/,
    ],
    [
      'a Map with both',
      machine({ Type: 'Map', ItemProcessor: PROCESSOR, ItemSelector: {}, Parameters: {} }),
      '/Parameters',
      /'ItemSelector' is now/,
    ],
    [
      'the arguments of a service',
      machine({
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: { 'Functionname.$': '$.f' },
      }),
      '/Parameters',
      /'Functionname' is not supported/,
    ],
    [
      'tolerance of an inline Map',
      machine({ Type: 'Map', Iterator: PROCESSOR, ToleratedFailureCountPath: '$.a' }),
      '/ToleratedFailureCountPath',
      /belongs to Distributed Map/,
    ],
    [
      'a reader',
      machine({
        ...DISTRIBUTED,
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          Arguments: {},
          ReaderConfig: { InputType: 'JSONL' },
        },
      }),
      '/ItemReader',
      /'JSONata'/,
    ],
    [
      'a writer',
      machine({
        ...DISTRIBUTED,
        ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: {} },
      }),
      '/ResultWriter/Parameters/Bucket',
      /must be a string/,
    ],
    ['no comparison', choice({ Variable: '$.a' }), '/Choices[0]', /needs one comparison/],
    [
      'two comparisons',
      choice({ Variable: '$.a', IsNull: true, IsString: true }),
      '/Choices[0]',
      /needs one comparison/,
    ],
    ['an empty And', choice({ And: [] }), '/Choices[0]/And', /must be an array of rules/],
    ['an And of no rules', choice({ And: [1] }), '/Choices[0]/And[0]', /must be an object/],
    [
      'an unknown operator',
      choice({ Variable: '$.a', NumericIs: 1 }),
      '/Choices[0]',
      /^Field 'NumericIs' is not supported$/,
    ],
    [
      'an operand',
      choice({ Variable: '$.a', NumericEquals: '1' }),
      '/Choices[0]/NumericEquals',
      /must be a number/,
    ],
    [
      'a time',
      choice({ Variable: '$.a', TimestampEquals: 'now' }),
      '/Choices[0]/TimestampEquals',
      /must be a timestamp/,
    ],
    [
      'IsPresent',
      choice({ Variable: '$.a', IsPresent: 'yes' }),
      '/Choices[0]/IsPresent',
      /must be a boolean/,
    ],
    [
      'an operand that is a path',
      choice({ Variable: '$.a', StringEqualsPath: 'b' }),
      '/Choices[0]/StringEqualsPath',
      /Reference Path/,
    ],
    [
      'a pattern',
      choice({ Variable: '$.a', StringMatches: 'a\\b' }),
      '/Choices[0]/StringMatches',
      /a backslash/,
    ],
  ])('is refused for %s', (_, definition, place, message) => {
    expect(messagesAt(definition, place)).toContainEqual(expect.stringMatching(message));
  });

  it('is told of once, where the machine is in JSONata', () => {
    const state = { Type: 'Pass', QueryLanguage: 'JSONPath', Output: 1, End: true };
    const found = validateStateMachine({ QueryLanguage: 'JSONata', StartAt: 'It', States: { It: state } });
    expect(found).toMatchObject([
      { location: '/States/It', message: expect.stringMatching(/can not be 'JSONPath'/) },
    ]);
  });

  it('is refused for variables of the states around', () => {
    const inner = { StartAt: 'P', States: { P: { Type: 'Pass', Assign: { 'a.$': '$' }, End: true } } };
    const found = validateStateMachine(machine({ Type: 'Map', Iterator: inner, Assign: { a: 1 } }));
    expect(found.map(({ location }) => location)).toEqual(['/States/It/Iterator/States/P/Assign/a.$']);
  });
});
