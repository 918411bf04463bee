import { TestStateCommand, type TestStateInput, type TestStateOutput } from '@aws-sdk/client-sfn';
import { describe, expect, it } from '@jest/globals';
import { statesApi } from './states-api.ts';

const api = statesApi();

type Call = Omit<TestStateInput, 'definition'>;

async function test(state: object, call: Call = {}): Promise<Omit<TestStateOutput, '$metadata'>> {
  const definition = JSON.stringify({ QueryLanguage: 'JSONata', ...state });
  const { $metadata: _, ...answer } = await api.client.send(new TestStateCommand({ definition, ...call }));
  return answer;
}

const VALUES = JSON.stringify({ Values: ['first', 'second', 'third'] });
const MOCKED_ERROR = { errorOutput: { error: 'MockException', cause: 'Mock the cause of the error.' } };
const TASK = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'foo', Payload: 'bar' },
  End: true,
};
const MAP = {
  Type: 'Map',
  Items: '{% $states.input.Values %}',
  ItemProcessor: { StartAt: 'HandleItem', States: { HandleItem: { Type: 'Pass', End: true } } },
  End: true,
};
const DISTRIBUTED = {
  ...MAP,
  ItemProcessor: {
    ...MAP.ItemProcessor,
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  },
  ToleratedFailureCount: 1,
};

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html */
describe('TestState', () => {
  it.each<readonly [string, object, Call, object]>([
    [
      'a Pass',
      { Type: 'Pass', Output: { n: '{% $states.input.n + $m %}' }, Next: 'There' },
      { input: '{"n":1}', variables: '{"m":2}' },
      { status: 'SUCCEEDED', output: '{"n":3}', nextState: 'There' },
    ],
    [
      'a Choice',
      {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input.value >= 20 %}', Next: 'ValueInTwenties' }],
      },
      { input: '{"value":22}' },
      { status: 'SUCCEEDED', output: '{"value":22}', nextState: 'ValueInTwenties' },
    ],
    ['a Succeed', { Type: 'Succeed' }, { input: '[1]' }, { status: 'SUCCEEDED', output: '[1]' }],
    [
      'a Fail',
      { Type: 'Fail', Error: 'SomeFailure', Cause: '{% $states.input.why %}' },
      { input: '{"why":"It was asked for."}' },
      { status: 'FAILED', error: 'SomeFailure', cause: 'It was asked for.' },
    ],
    [
      'an expression that fails',
      { Type: 'Pass', Output: '{% $states.input.absent %}', End: true },
      {},
      {
        status: 'FAILED',
        error: 'States.QueryEvaluationError',
        cause:
          "The JSONata expression '$states.input.absent' specified for the field 'Output' returned nothing (undefined).",
      },
    ],
  ])('runs %s', async (_, state, call, expected) => {
    expect(await test(state, call)).toEqual(expected);
  });

  it('tells of the data flow at DEBUG and TRACE', async () => {
    const state = { ...TASK, Output: '{% $states.result.Payload %}', Assign: { seen: true } };
    for (const inspectionLevel of ['DEBUG', 'TRACE'] as const) {
      const { inspectionData, output } = await test(state, { inspectionLevel, input: '{"a":1}' });
      expect({ inspectionData, output }).toEqual({
        output: '"bar"',
        inspectionData: {
          input: '{"a":1}',
          afterArguments: '{"FunctionName":"foo","Payload":"bar"}',
          result: expect.stringContaining('"Payload":"bar"'),
          variables: '{"seen":true}',
        },
      });
    }
  });

  it.each<readonly [string, number, object]>([
    [
      'has attempts left',
      4,
      { status: 'RETRIABLE', errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 16 } },
    ],
    ['has none left', 5, { status: 'FAILED', errorDetails: { retryIndex: 0 } }],
  ])(
    'tells that a retrier %s (recorded: test_state_configuration_retrier_retry_count)',
    async (_, n, expected) => {
      const { inspectionData, status, error, cause } = await test(
        {
          ...TASK,
          Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 5, BackoffRate: 2 }],
        },
        {
          input: VALUES,
          inspectionLevel: 'DEBUG',
          mock: MOCKED_ERROR,
          stateConfiguration: { retrierRetryCount: n },
        },
      );
      expect({ error, cause }).toEqual({ error: 'MockException', cause: 'Mock the cause of the error.' });
      expect({ status, errorDetails: inspectionData?.errorDetails }).toEqual(expected);
      expect(inspectionData).toMatchObject({
        input: VALUES,
        afterArguments: '{"FunctionName":"foo","Payload":"bar"}',
      });
    },
  );

  it('tells which catcher catches (recorded: test_map_state_failure_count[DEBUG-BASE_MAP_STATE_CATCH])', async () => {
    const state = {
      ...DISTRIBUTED,
      Catch: [
        { ErrorEquals: ['Other'], Next: 'Elsewhere' },
        {
          ErrorEquals: ['States.ExceedToleratedFailureThreshold'],
          Next: 'HandleThreshold',
          Output: { errorOutput: '{% $states.errorOutput %}', state: '{% $states.context.State %}' },
        },
      ],
    };
    const call = { input: VALUES, inspectionLevel: 'DEBUG', mock: { result: '[0,0,1]' } } as const;
    const cause = 'The specified tolerated failure threshold was exceeded';
    const error = 'States.ExceedToleratedFailureThreshold';
    const { output = '', ...answer } = await test(state, {
      ...call,
      stateConfiguration: { mapIterationFailureCount: 2 },
    });
    expect(answer).toEqual({
      status: 'CAUGHT_ERROR',
      error,
      cause,
      nextState: 'HandleThreshold',
      inspectionData: {
        input: VALUES,
        maxConcurrency: 0,
        toleratedFailureCount: 1,
        errorDetails: { catchIndex: 1 },
      },
    });
    expect(JSON.parse(output)).toEqual({
      errorOutput: { Error: error, Cause: cause },
      state: { Name: 'StateName', EnteredTime: '2026-01-01T00:00:00.000Z', RetryCount: 0 },
    });
    expect(await test(state, { ...call, stateConfiguration: { mapIterationFailureCount: 1 } })).toMatchObject(
      {
        status: 'SUCCEEDED',
        output: '[0,0,1]',
      },
    );
  });

  it('does not fail a Map without tolerance for iterations (recorded: …[INFO-BASE_MAP_STATE])', async () => {
    const call = {
      input: VALUES,
      stateConfiguration: { mapIterationFailureCount: 2 },
      mock: { result: '[1]' },
    };
    expect(await test(MAP, call)).toEqual({ status: 'SUCCEEDED', output: '[1]' });
  });

  it('tells what a Map makes of its items', async () => {
    const { inspectionData } = await test(
      {
        ...DISTRIBUTED,
        Items: undefined,
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          Arguments: { Bucket: 'b', Key: 'k' },
          ReaderConfig: { InputType: 'JSON' },
        },
        ItemSelector: { at: '{% $states.context.Map.Item.Index %}' },
        ItemBatcher: { MaxItemsPerBatch: 2 },
        MaxConcurrency: 1,
      },
      {
        inspectionLevel: 'DEBUG',
        mock: { result: '[]' },
        stateConfiguration: { mapItemReaderData: '[1,2,3]' },
      },
    );
    expect(inspectionData).toEqual({
      input: '{}',
      maxConcurrency: 1,
      toleratedFailureCount: 1,
      afterItemSelector: '[{"at":0},{"at":1},{"at":2}]',
      afterItemBatcher: '[{"Items":[{"at":0},{"at":1}]},{"Items":[{"at":2}]}]',
    });
  });

  it('finds a state of a state machine by its name, at any depth', async () => {
    const definition = {
      StartAt: 'Each',
      States: { Each: { ...MAP, End: undefined, Next: 'Done' }, Done: { Type: 'Succeed', Output: 'done' } },
    };
    expect(await test(definition, { stateName: 'Done' })).toEqual({ status: 'SUCCEEDED', output: '"done"' });
    expect(await test(definition, { stateName: 'HandleItem', input: '1' })).toMatchObject({ output: '1' });
    await expect(test(definition, { stateName: 'Nowhere' })).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'State not found in definition',
    });
  });

  it('takes the place of the context object with a mock', async () => {
    const state = { ...TASK, Output: '{% $states.context %}' };
    const mock = { result: '{}' };
    for (const context of ['{}', '{"Execution":{"Name":"n"},"State":{"RetryCount":3}}']) {
      expect((await test(state, { mock, context })).output).toBe(context);
    }
    await expect(test(state, { context: '{}' })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it.each<readonly [string, object, Call, string, string]>([
    [
      'test_state_type_does_not_accept_mock',
      { Type: 'Pass', End: true },
      { mock: { result: '{}' } },
      'ValidationException',
      "State type 'Pass' is not supported when a mock is specified",
    ],
    [
      'test_state_type_requires_mock',
      MAP,
      {},
      'InvalidDefinition',
      'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
    ],
    [
      'test_both_mock_result_and_mock_error_output_are_set',
      TASK,
      { mock: { result: '{}', ...MOCKED_ERROR } },
      'ValidationException',
      'A test mock should have only one of the following fields: [result, errorOutput].',
    ],
    [
      'test_reveal_secrets_is_true_and_mock_result_is_set',
      TASK,
      { mock: { result: '{}' }, revealSecrets: true },
      'ValidationException',
      'TestState does not support RevealSecrets when a mock is specified.',
    ],
    [
      'test_mock_result_is_not_array_on_map_state_without_result_writer',
      MAP,
      { mock: { result: '{}' } },
      'ValidationException',
      'Mocked result must be an array.',
    ],
    [
      'test_mock_result_array_size_mismatch_on_parallel_state',
      { Type: 'Parallel', Branches: [MAP.ItemProcessor], End: true },
      { mock: { result: '[1,2]' } },
      'ValidationException',
      'Mocked result must contain the same number of items as number of Parallel branches.',
    ],
    [
      'test_state_context_object_validation_failures[INVALID_EXECUTION_ID_TYPE]',
      TASK,
      { mock: { result: '{}' }, context: '{"Execution":{"Id":1}}' },
      'ValidationException',
      'Invalid Context object provided: Execution.Id must be a string',
    ],
    [
      'test_state_context_object_validation_failures[INVALID_MAP]',
      TASK,
      { mock: { result: '{}' }, context: '{"Map":{}}' },
      'ValidationException',
      "Invalid Context object provided: 'Map' field is not supported when mocking a Context object",
    ],
    [
      'test_state_context_object_validation_failures[INVALID_FIELD]',
      TASK,
      { mock: { result: '{}' }, context: '{"Pokedex":{}}' },
      'ValidationException',
      "Invalid Context object provided: Field 'Pokedex' is not allowed",
    ],
    [
      'test_state_context_object_invalid_states[TOKEN_TASK_NOT_SYNC]',
      TASK,
      { mock: { result: '{}' }, context: '{"Task":{"Token":"t"}}' },
      'ValidationException',
      "Invalid Context object provided: Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
    ],
  ])('refuses as AWS has recorded it: %s', async (_, state, call, name, message) => {
    await expect(test(state, call)).rejects.toMatchObject({ name, message });
  });

  it('refuses a task that waits for its token, without a mock', async () => {
    const waiting = {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Arguments: { QueueUrl: 'q', MessageBody: 'm' },
      End: true,
    };
    await expect(test(waiting)).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message: expect.stringContaining('without a mock'),
    });
    expect(await test(waiting, { mock: { result: '1' } })).toMatchObject({
      status: 'SUCCEEDED',
      output: '1',
    });
  });

  it('refuses what is no valid state', async () => {
    await expect(test({ Type: 'Pass', Result: 1, End: true })).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message: expect.stringContaining("field 'Result' is only supported for the 'JSONPath' QueryLanguage"),
    });
    await expect(test({ Type: 'Pass' })).rejects.toMatchObject({ name: 'InvalidDefinition' });
  });

  it('ends after five minutes', async () => {
    const answer = test({ Type: 'Wait', Seconds: 301, End: true });
    await api.clock.runUntil(async () => api.clock.now() >= Date.parse('2026-01-01T00:05:00Z'));
    expect(await answer).toEqual({ status: 'FAILED', error: 'States.Timeout' });
  });
});
