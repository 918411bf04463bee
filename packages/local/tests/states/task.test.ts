import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import {
  functionsOf,
  HandlerError,
  INVOKE,
  runMachine,
  StatesUnderTest,
  typesOf,
} from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../src/aws.ts';

function only(state: object): object {
  return { StartAt: 'Work', States: { Work: { ...state, End: true } } };
}

describe('a Task of lambda:invoke', () => {
  it('gives the function its payload and answers as Invoke does', async () => {
    const functions = functionsOf((event, functionName) => ({ event, functionName }));
    const { output } = await runMachine(only(INVOKE), { a: 1 }, { functions });
    expect(functions.events).toEqual([{ a: 1 }]);
    expect(output).toMatchObject({
      ExecutedVersion: '$LATEST',
      Payload: { event: { a: 1 }, functionName: 'work' },
      SdkHttpMetadata: { HttpStatusCode: 200, HttpHeaders: { 'x-amzn-RequestId': 'request-1' } },
      SdkResponseMetadata: { RequestId: 'request-1' },
      StatusCode: 200,
    });
  });

  it('records what AWS records', async () => {
    const outcome = await runMachine(
      only({ ...INVOKE, TimeoutSeconds: 9, Output: '{% $states.result.Payload %}' }),
      { a: 1 },
    );
    expect(outcome.output).toEqual({ a: 1 });
    expect(typesOf(outcome)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(outcome.events.map(({ id, previousEventId }) => [id, previousEventId])).toEqual([
      [1, 0],
      [2, 0],
      [3, 2],
      [4, 3],
      [5, 4],
      [6, 5],
      [7, 6],
    ]);
    expect(outcome.events[0]).toEqual({
      id: 1,
      previousEventId: 0,
      timestamp: Date.parse('2026-01-01T00:00:00Z') / 1000,
      type: 'ExecutionStarted',
      executionStartedEventDetails: {
        input: '{"a":1}',
        inputDetails: { truncated: false },
        roleArn: 'arn:aws:iam::000000000000:role/machine',
      },
    });
    expect(outcome.events[2]?.['taskScheduledEventDetails']).toEqual({
      resourceType: 'lambda',
      resource: 'invoke',
      region: 'eu-west-1',
      parameters: '{"FunctionName":"work","Payload":{"a":1}}',
      timeoutInSeconds: 9,
    });
    expect(outcome.events[5]?.['stateExitedEventDetails']).toEqual({
      name: 'Work',
      output: '{"a":1}',
      outputDetails: { truncated: false },
    });
  });

  it('fails with the error type of the handler and its payload as the cause', async () => {
    const payload = { errorType: 'DeviceNotFound', errorMessage: 'No such device.', trace: [] };
    const outcome = await runMachine(
      only(INVOKE),
      {},
      {
        handler: () => {
          throw new HandlerError(payload);
        },
      },
    );
    expect(outcome).toMatchObject({
      status: 'FAILED',
      error: 'DeviceNotFound',
      cause: JSON.stringify(payload),
    });
    expect(outcome.events.at(-2)).toMatchObject({
      type: 'TaskFailed',
      taskFailedEventDetails: {
        resourceType: 'lambda',
        resource: 'invoke',
        error: 'DeviceNotFound',
        cause: JSON.stringify(payload),
      },
    });
  });

  it('fails with Lambda.Unknown when the handler told no error type', async () => {
    const { error, cause } = await runMachine(
      only(INVOKE),
      {},
      {
        handler: () => {
          throw new HandlerError({ errorMessage: 'exit status 1' });
        },
      },
    );
    expect(error).toBe('Lambda.Unknown');
    expect(cause).toContain('Returned payload: {"errorMessage":"exit status 1"}');
  });

  it.each(['ResourceNotFoundException', 'TooManyRequestsException'])(
    'names %s after Lambda',
    async (code) => {
      const { error, cause } = await runMachine(
        only(INVOKE),
        {},
        {
          handler: () => {
            throw new AwsError(code, 'Why.', 429);
          },
        },
      );
      expect({ error, cause }).toEqual({
        error: `Lambda.${code}`,
        cause: expect.stringMatching(
          // As AWS answers, recorded in localstack's tests/aws/services/stepfunctions/v2/error_handling.
          `^Why. \\(Service: AWSLambda; Status Code: 429; Error Code: ${code}; Request ID: [-0-9a-f]+; Proxy: null\\)$`,
        ),
      });
    },
  );

  it('times out after TimeoutSeconds, without a cause', async () => {
    const clock = new FakeClock();
    const outcome = await runMachine(
      only({ ...INVOKE, TimeoutSeconds: '{% $states.input.limit %}' }),
      { limit: 5 },
      { clock, handler: () => new Promise(() => undefined) },
    );
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Timeout', cause: undefined });
    expect(clock.now() - Date.parse('2026-01-01T00:00:00Z')).toBe(5_000);
    expect(outcome.events.at(-2)).toMatchObject({
      type: 'TaskTimedOut',
      taskTimedOutEventDetails: { error: 'States.Timeout', resource: 'invoke', resourceType: 'lambda' },
    });
  });

  it('leaves no timer behind when it ends in time', async () => {
    const states = new StatesUnderTest(only({ ...INVOKE, TimeoutSeconds: 5 }));
    await states.run();
    expect(states.clock.sleeping).toBe(0);
  });

  it('refuses arguments at run time that an expression made', async () => {
    const { error, cause } = await runMachine(only({ ...INVOKE, Arguments: '{% $states.input %}' }), {
      FunctionName: 'work',
      TaskToken: 'x',
    });
    expect(error).toBe('States.Runtime');
    expect(cause).toContain(
      "could not be used to start the Task: [The field 'TaskToken' is not supported by Step Functions]",
    );
  });

  it('fails with States.DataLimitExceeded when the answer is too long', async () => {
    const { error, cause } = await runMachine(only(INVOKE), {}, { handler: () => 'x'.repeat(262_144) });
    expect(error).toBe('States.DataLimitExceeded');
    // Recorded by LocalStack: v2/error_handling/test_states_errors.py
    expect(cause).toBe(
      "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    );
  });
});
