import {
  HandlerError,
  type Outcome,
  runMachine,
  type Setup,
  typesOf,
} from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';

const DG = 'https://docs.aws.amazon.com/step-functions/latest/dg';

/** Runs a machine in JSONPath of one state. */
function runState(state: object, input: unknown = {}, setup: Setup = {}): Promise<Outcome> {
  return runMachine(
    {
      QueryLanguage: 'JSONPath',
      StartAt: 'It',
      States: { It: JSON.parse(JSON.stringify({ End: true, ...state })) },
    },
    input,
    setup,
  );
}

const INVOKE = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: 'work', 'Payload.$': '$' },
};

describe('the data flow of a state', () => {
  it.each<[string, object, unknown, unknown]>([
    [
      `InputPath (${DG}/input-output-inputpath-params.html)`,
      { Type: 'Pass', InputPath: '$.dataset2' },
      { comment: 'Example for InputPath.', dataset1: { val1: 1 }, dataset2: { val1: 'a', val2: 'b' } },
      { val1: 'a', val2: 'b' },
    ],
    [
      `Parameters (${DG}/input-output-inputpath-params.html)`,
      {
        Type: 'Pass',
        Parameters: {
          comment: 'Selecting what I care about.',
          MyDetails: { 'size.$': '$.product.details.size', StaticValue: 'foo' },
        },
      },
      {
        comment: 'Example for Parameters.',
        product: { details: { color: 'blue', size: 'small' }, sku: '2317' },
      },
      { comment: 'Selecting what I care about.', MyDetails: { size: 'small', StaticValue: 'foo' } },
    ],
    [
      'a payload template (https://states-language.net/spec.html#payload-template)',
      {
        Type: 'Pass',
        Parameters: { flagged: true, parts: { 'first.$': '$.vals[0]', 'last3.$': '$.vals[3:]' } },
      },
      { flagged: 7, vals: [0, 10, 20, 30, 40, 50] },
      { flagged: true, parts: { first: 0, last3: [30, 40, 50] } },
    ],
    [
      'a payload template in an array',
      { Type: 'Pass', Parameters: { list: [{ 'a.$': '$.a' }, '$.a', 1] } },
      { a: 2 },
      { list: [{ a: 2 }, '$.a', 1] },
    ],
    [
      `Result and ResultPath (${DG}/state-pass.html)`,
      { Type: 'Pass', Result: { 'x-datum': 0.381018, 'y-datum': 622.2269926397355 }, ResultPath: '$.coords' },
      { georefOf: 'Home' },
      { georefOf: 'Home', coords: { 'x-datum': 0.381018, 'y-datum': 622.2269926397355 } },
    ],
    ['a Result that is false', { Type: 'Pass', Result: false }, { a: 1 }, false],
    [
      `ResultPath null (${DG}/input-output-resultpath.html)`,
      { Type: 'Pass', Result: 1, ResultPath: null },
      { a: 1 },
      { a: 1 },
    ],
    [
      `ResultPath over a field (${DG}/input-output-resultpath.html)`,
      { Type: 'Pass', Result: 1, ResultPath: '$.a.b', OutputPath: '$.a' },
      { a: { b: 0, c: 2 } },
      { b: 1, c: 2 },
    ],
    ['InputPath null', { Type: 'Pass', InputPath: null }, { a: 1 }, {}],
    ['OutputPath null', { Type: 'Pass', OutputPath: null }, { a: 1 }, {}],
    [
      'InputPath and OutputPath of a Succeed',
      { Type: 'Succeed', InputPath: '$.a', OutputPath: '$.b', End: undefined },
      { a: { b: 1 } },
      1,
    ],
    [
      'InputPath and OutputPath of a Wait',
      { Type: 'Wait', Seconds: 0, InputPath: '$.a', OutputPath: '$.b' },
      { a: { b: 1 } },
      1,
    ],
    [
      'the context object (https://github.com/localstack/localstack/blob/main/tests/aws/services/stepfunctions/v2/context_object)',
      { Type: 'Pass', OutputPath: '$$.Execution.Input' },
      { 'input-value': 0 },
      { 'input-value': 0 },
    ],
    [
      `SecondsPath (${DG}/state-wait.html)`,
      { Type: 'Wait', SecondsPath: '$.expiryseconds' },
      { expiryseconds: 3600 },
      { expiryseconds: 3600 },
    ],
    [
      `TimestampPath (${DG}/state-wait.html)`,
      { Type: 'Wait', InputPath: '$.a', TimestampPath: '$.expirydate', OutputPath: '$$.State.Name' },
      { a: { expirydate: '2020-03-14T01:59:00Z' } },
      'It',
    ],
  ])('%s', async (_, state, input, expected) => {
    const { status, output } = await runState(state, input);
    expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: expected });
  });

  it.each<[string, object, unknown, string, string]>([
    [
      'a path of Parameters',
      { Type: 'Pass', Parameters: { 'address.$': '$.application.address' } },
      { flagged: false },
      'States.Runtime',
      // https://catalog.workshops.aws/stepfunctions
      "The JSONPath '$.application.address' specified for the field 'address.$' could not be found in the input '{\"flagged\":false}'",
    ],
    [
      'OutputPath',
      { Type: 'Pass', OutputPath: '$.Payload' },
      {},
      'States.Runtime',
      "Invalid path '$.Payload' : No results for path: $['Payload']",
    ],
    [
      'InputPath of null',
      { Type: 'Pass', InputPath: '$.a' },
      null,
      'States.Runtime',
      'Unable to apply Path transformation to null or empty input.',
    ],
    [
      'ResultPath',
      { Type: 'Pass', Result: 1, ResultPath: '$.a' },
      'text',
      'States.ResultPathMatchFailure',
      'Unable to apply step "a" to input "text"',
    ],
    [
      'TimestampPath, as recorded on AWS',
      { Type: 'Wait', TimestampPath: '$.TimestampValue' },
      { TimestampValue: '2016-12-05 21:29:29Z' },
      'States.Runtime',
      'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.TimestampValue == 2016-12-05 21:29:29Z',
    ],
    [
      'SecondsPath',
      { Type: 'Wait', SecondsPath: '$.s' },
      { s: 'a' },
      'States.Runtime',
      'The SecondsPath parameter cannot be parsed as a long value: $.s == a',
    ],
    [
      'SecondsPath below 0',
      { Type: 'Wait', SecondsPath: '$.s' },
      { s: -1 },
      'States.Runtime',
      'The SecondsPath parameter references a negative value: $.s == -1',
    ],
    [
      'SecondsPath of nothing',
      { Type: 'Wait', SecondsPath: '$.s' },
      {},
      'States.Runtime',
      'The SecondsPath parameter does not reference an input value: $.s',
    ],
    [
      'ItemsPath of nothing',
      {
        Type: 'Map',
        ItemsPath: '$.items',
        Iterator: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
      },
      {},
      'States.ReferencePathConflict',
      'Unable to apply step "items" to input {}',
    ],
    [
      'ItemsPath of an object',
      {
        Type: 'Map',
        ItemsPath: '$.items',
        Iterator: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
      },
      { items: {} },
      'States.Runtime',
      'Reference path "$.items" must point to array.',
    ],
    [
      'an intrinsic function',
      { Type: 'Pass', Parameters: { 'a.$': 'States.ArrayLength($)' } },
      {},
      'States.IntrinsicFailure',
      "The function 'States.ArrayLength($)' had the following error: an array is needed, and not {}.",
    ],
  ])('%s can fail', async (_, state, input, error, cause) => {
    const outcome = await runState(state, input);
    expect(outcome).toMatchObject({
      status: 'FAILED',
      error,
      cause: `An error occurred while executing the state 'It' (entered at the event id #2). ${cause}`,
    });
    expect(typesOf(outcome)).not.toContain('EvaluationFailed');
  });
});

describe('a Task', () => {
  it(`gets Parameters, and leaves what ResultSelector and ResultPath make of its result (${DG}/input-output-inputpath-params.html)`, async () => {
    const outcome = await runState(
      {
        ...INVOKE,
        Parameters: { FunctionName: 'work', Payload: { 'id.$': '$.id', name: 'x' } },
        ResultSelector: {
          'ClusterId.$': '$.Payload.output.ClusterId',
          'ResourceType.$': '$.Payload.resourceType',
        },
        ResultPath: '$.EMROutput',
      },
      { id: 7 },
      {
        handler: (event) => {
          expect(event).toEqual({ id: 7, name: 'x' });
          return { resourceType: 'emr', output: { ClusterId: 'AKIAIOSFODNN7EXAMPLE' } };
        },
      },
    );
    expect(outcome.output).toEqual({
      id: 7,
      EMROutput: { ResourceType: 'emr', ClusterId: 'AKIAIOSFODNN7EXAMPLE' },
    });
  });

  it(`assigns of its raw result (${DG}/workflow-variables.html)`, async () => {
    const { output, events } = await runMachine(
      {
        QueryLanguage: 'JSONPath',
        StartAt: 'Work',
        States: {
          Work: {
            ...INVOKE,
            ResultSelector: { 'answer.$': '$.Payload.answer' },
            Assign: { 'answer.$': '$.Payload.answer', code: 200 },
            Next: 'Tell',
          },
          Tell: {
            Type: 'Pass',
            Parameters: { 'a.$': '$answer', 'in.$': '$.answer', 'code.$': '$code' },
            End: true,
          },
        },
      },
      { in: 1 },
      { handler: () => ({ answer: 42 }) },
    );
    expect(output).toEqual({ a: 42, in: 42, code: 200 });
    expect(events.find(({ type }) => type === 'TaskStateExited')?.['stateExitedEventDetails']).toMatchObject({
      assignedVariables: { answer: '42', code: '200' },
    });
  });

  it(`has its error put where ResultPath says, without OutputPath (${DG}/concepts-error-handling.html)`, async () => {
    const { output } = await runMachine(
      {
        QueryLanguage: 'JSONPath',
        StartAt: 'Work',
        States: {
          Work: {
            ...INVOKE,
            OutputPath: '$.Payload',
            Catch: [
              {
                ErrorEquals: ['Oops'],
                ResultPath: '$.error-info',
                Assign: { 'name.$': '$.Error' },
                Next: 'Tell',
              },
            ],
            End: true,
          },
          Tell: { Type: 'Pass', Parameters: { 'all.$': '$', 'name.$': '$name' }, End: true },
        },
      },
      { foo: 'bar' },
      {
        handler: () => {
          throw new HandlerError({ errorType: 'Oops', errorMessage: 'no' });
        },
      },
    );
    expect(output).toEqual({
      all: { foo: 'bar', 'error-info': { Error: 'Oops', Cause: '{"errorType":"Oops","errorMessage":"no"}' } },
      name: 'Oops',
    });
  });

  it('has its limits by paths', async () => {
    const { error, events } = await runState(
      { ...INVOKE, TimeoutSecondsPath: '$.limit' },
      { limit: 2 },
      { handler: () => new Promise(() => undefined) },
    );
    expect(error).toBe('States.Timeout');
    expect(events.find(({ type }) => type === 'TaskScheduled')).toMatchObject({
      taskScheduledEventDetails: { timeoutInSeconds: 2 },
    });
  });

  it('catches what an intrinsic function does not take, and not what a path does not find', async () => {
    const caught = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }], End: true };
    const run = (Payload: object) =>
      runMachine({
        QueryLanguage: 'JSONPath',
        StartAt: 'Work',
        States: {
          Work: { ...INVOKE, ...caught, Parameters: { FunctionName: 'work', Payload } },
          Done: { Type: 'Succeed', OutputPath: '$.Error' },
        },
      });
    expect((await run({ 'a.$': 'States.ArrayLength(1)' })).output).toBe('States.IntrinsicFailure');
    expect((await run({ 'a.$': '$.nothing' })).error).toBe('States.Runtime');
  });
});

describe('Fail', () => {
  // https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html
  it.each<[object, unknown, string, string | undefined]>([
    [{ ErrorPath: '$.Error', CausePath: '$.Cause' }, { Error: 'E', Cause: 'C' }, 'E', 'C'],
    [
      {
        Error: 'E',
        CausePath: "States.Format('This is a custom error message for {}, caused by {}.', $.Error, $.Cause)",
      },
      { Error: 'x', Cause: 'y' },
      'E',
      'This is a custom error message for x, caused by y.',
    ],
    [{ Error: 'E' }, {}, 'E', undefined],
  ])('tells %j of %j', async (fields, input, error, cause) => {
    expect(await runState({ Type: 'Fail', ...fields, End: undefined }, input)).toMatchObject({
      error,
      ...(cause && { cause }),
    });
  });
});

describe('Parallel and Map', () => {
  it(`hand Parameters to branches, and select of their outputs (${DG}/state-parallel.html)`, async () => {
    const branch = (value: number) => ({
      StartAt: `B${value}`,
      States: {
        [`B${value}`]: { Type: 'Pass', Parameters: { 'sum.$': `States.MathAdd($.n, ${value})` }, End: true },
      },
    });
    const { output } = await runState(
      {
        Type: 'Parallel',
        Parameters: { 'n.$': '$.in.n' },
        Branches: [branch(1), branch(2)],
        ResultSelector: { 'sums.$': '$[*].sum' },
        ResultPath: '$.out',
      },
      { in: { n: 5 } },
    );
    expect(output).toEqual({ in: { n: 5 }, out: { sums: [6, 7] } });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemselector.html
  it.each(['ItemSelector', 'Parameters'])('iterate over ItemsPath, with %s', async (selector) => {
    const { output } = await runState(
      {
        Type: 'Map',
        InputPath: '$.detail',
        ItemsPath: '$.items',
        MaxConcurrencyPath: '$.limit',
        [selector]: {
          'index.$': '$$.Map.Item.Index',
          'value.$': '$$.Map.Item.Value',
          'courier.$': '$.courier',
        },
        [selector === 'ItemSelector' ? 'ItemProcessor' : 'Iterator']: {
          StartAt: 'P',
          States: { P: { Type: 'Pass', End: true } },
        },
        ResultPath: '$.detail.items',
      },
      { detail: { courier: 'UQS', limit: 1, items: ['a', 'b'] } },
    );
    expect(output).toEqual({
      detail: {
        courier: 'UQS',
        limit: 1,
        items: [
          { index: 0, value: 'a', courier: 'UQS' },
          { index: 1, value: 'b', courier: 'UQS' },
        ],
      },
    });
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html, and as recorded on AWS in
// https://github.com/localstack/localstack/tree/main/tests/aws/services/stepfunctions/v2/query_language
describe('two languages in a machine', () => {
  it('hand data and variables to each other', async () => {
    const { output, events } = await runMachine({
      QueryLanguage: 'JSONPath',
      StartAt: 'Path',
      States: {
        Path: { Type: 'Pass', Assign: { theAnswer: 42, 'input.$': '$' }, Next: 'Jsonata' },
        Jsonata: {
          Type: 'Pass',
          QueryLanguage: 'JSONata',
          Assign: { theAnswer: 18, oldAnswer: '{% $theAnswer %}' },
          Output: { foo: 'foobar', bar: '{% $states.input %}' },
          Next: 'Back',
        },
        Back: {
          Type: 'Pass',
          Parameters: { 'bar.$': '$.bar', 'old.$': '$oldAnswer', 'now.$': '$theAnswer' },
          End: true,
        },
      },
    });
    expect(output).toEqual({ bar: {}, old: 42, now: 18 });
    expect(events[4]?.['stateExitedEventDetails']).toMatchObject({
      assignedVariables: { oldAnswer: '42', theAnswer: '18' },
    });
  });

  it('are JSONPath where none is named', async () => {
    const { output } = await runMachine(
      {
        QueryLanguage: undefined,
        StartAt: 'It',
        States: { It: { Type: 'Pass', InputPath: '$.a', End: true } },
      },
      { a: 1 },
    );
    expect(output).toBe(1);
  });
});
