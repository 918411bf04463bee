import { TestStateCommand, type TestStateInput } from '@aws-sdk/client-sfn';
import { describe, expect, it } from '@jest/globals';
import { statesApi } from '../states-api.ts';

const api = statesApi();

/** Tests a state; what its inspection tells is parsed. */
async function inspect(state: object, input: unknown, call: Omit<TestStateInput, 'definition'> = {}) {
  const { inspectionData = {}, ...answer } = await api.client.send(
    new TestStateCommand({
      definition: JSON.stringify(state),
      input: JSON.stringify(input),
      inspectionLevel: 'DEBUG',
      ...call,
    }),
  );
  const parsed = Object.entries(inspectionData).map(([name, value]) => [
    name,
    typeof value === 'string' ? (JSON.parse(value) as unknown) : value,
  ]);
  return {
    ...answer,
    output: answer.output && JSON.parse(answer.output),
    inspectionData: Object.fromEntries(parsed),
  };
}

const MODIFIED = { staticValue: 'some value', inputValue: 'value from input' };
const IO = {
  initialData: { fieldFromInput: 'value from input', otherField: 'other' },
  unrelatedData: { someOtherField: 1234 },
};
const HELLO = { Value: 'HelloWorld' };

// As recorded on AWS:
// https://github.com/localstack/localstack/blob/main/tests/aws/services/stepfunctions/v2/test_state/test_test_state_scenarios.snapshot.json
describe('TestState of a state in JSONPath', () => {
  it.each<[string, object, unknown, object]>([
    [
      'a Pass',
      { Type: 'Pass', End: true },
      HELLO,
      {
        status: 'SUCCEEDED',
        output: HELLO,
        inspectionData: {
          input: HELLO,
          afterInputPath: HELLO,
          afterParameters: HELLO,
          afterResultSelector: HELLO,
          afterResultPath: HELLO,
        },
      },
    ],
    [
      'a Pass with a Result',
      { Type: 'Pass', Result: { resultKey: 'result value' }, End: true },
      HELLO,
      {
        status: 'SUCCEEDED',
        output: { resultKey: 'result value' },
        inspectionData: {
          input: HELLO,
          result: { resultKey: 'result value' },
          afterResultSelector: { resultKey: 'result value' },
          afterResultPath: { resultKey: 'result value' },
        },
      },
    ],
    [
      'a Pass with everything',
      {
        Type: 'Pass',
        InputPath: '$.initialData',
        Parameters: { staticValue: 'some value', 'inputValue.$': '$.fieldFromInput' },
        ResultPath: '$.modifiedData',
        End: true,
      },
      IO,
      {
        status: 'SUCCEEDED',
        output: { ...IO, modifiedData: MODIFIED },
        inspectionData: {
          input: IO,
          afterInputPath: IO.initialData,
          afterParameters: MODIFIED,
          afterResultSelector: MODIFIED,
          afterResultPath: { ...IO, modifiedData: MODIFIED },
        },
      },
    ],
    [
      'a Choice',
      {
        Type: 'Choice',
        Choices: [
          { Not: { Variable: '$.type', StringEquals: 'Private' }, Next: 'Public' },
          {
            And: [
              { Variable: '$.value', IsPresent: true },
              { Variable: '$.value', IsNumeric: true },
              { Variable: '$.value', NumericGreaterThanEquals: 20 },
              { Variable: '$.value', NumericLessThan: 30 },
            ],
            Next: 'ValueInTwenties',
          },
        ],
      },
      { type: 'Private', value: 22 },
      {
        status: 'SUCCEEDED',
        nextState: 'ValueInTwenties',
        output: { type: 'Private', value: 22 },
        inspectionData: {
          input: { type: 'Private', value: 22 },
          afterInputPath: { type: 'Private', value: 22 },
        },
      },
    ],
    [
      'a Succeed',
      { Type: 'Succeed' },
      HELLO,
      { status: 'SUCCEEDED', output: HELLO, inspectionData: { input: HELLO, afterInputPath: HELLO } },
    ],
    [
      'a Fail',
      { Type: 'Fail', Error: 'SomeFailure' },
      HELLO,
      { status: 'FAILED', error: 'SomeFailure', inspectionData: { input: HELLO, afterInputPath: HELLO } },
    ],
    [
      'a Task',
      { Type: 'Task', Resource: 'arn:aws:lambda:eu-west-1:000000000000:function:work', End: true },
      HELLO,
      {
        status: 'SUCCEEDED',
        output: HELLO,
        inspectionData: {
          input: HELLO,
          afterInputPath: HELLO,
          afterParameters: HELLO,
          result: HELLO,
          afterResultSelector: HELLO,
          afterResultPath: HELLO,
        },
      },
    ],
  ])('tells of %s', async (_, state, input, expected) => {
    const { $metadata: __, ...answer } = await inspect(state, input);
    expect(answer).toEqual(expect.objectContaining(expected));
  });

  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_InspectionData.html
  it('tells of a Map', async () => {
    const { status, output, inspectionData } = await inspect(
      {
        Type: 'Map',
        ItemsPath: '$.Values',
        ItemSelector: { 'v.$': '$$.Map.Item.Value' },
        ItemProcessor: { StartAt: 'HandleItem', States: { HandleItem: { Type: 'Pass', End: true } } },
        ResultPath: '$.out',
        End: true,
      },
      { Values: ['a', 'b'] },
      { mock: { result: '[1,2]' } },
    );
    expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: { Values: ['a', 'b'], out: [1, 2] } });
    expect(inspectionData).toMatchObject({
      afterItemsPath: ['a', 'b'],
      afterItemSelector: [{ v: 'a' }, { v: 'b' }],
      afterResultPath: { out: [1, 2] },
    });
  });

  it('knows variables, contexts and the language of a state machine', async () => {
    const definition = {
      StartAt: 'Work',
      States: {
        Work: {
          Type: 'Task',
          Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
          Parameters: { QueueUrl: 'q', MessageBody: { 'token.$': '$$.Task.Token', 'v.$': '$v' } },
          ResultPath: '$.out',
          End: true,
        },
      },
    };
    const { output, inspectionData } = await inspect(
      definition,
      {},
      {
        stateName: 'Work',
        variables: '{"v":1}',
        context: '{"Task":{"Token":"t"}}',
        mock: { result: '{"done":true}' },
      },
    );
    expect(inspectionData.afterParameters).toEqual({ QueueUrl: 'q', MessageBody: { token: 't', v: 1 } });
    expect(output).toEqual({ out: { done: true } });
  });
});
