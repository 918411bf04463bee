import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { callStates } from '@device-lifecycle/test-kit/call-states.ts';
import { describe, expect, it } from '@jest/globals';
import { MACHINE_ARN, PREFIX, statesApi } from '../states-api.ts';

const api = statesApi();

describe('bad requests', () => {
  const startWith = (request: object) =>
    api.client.send(new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, ...request }));

  it.each([
    ['a name with a space', { name: 'a b' }, 'InvalidName'],
    ['a name with a slash', { name: 'a/b' }, 'InvalidName'],
    ['a name of 81 characters', { name: 'x'.repeat(81) }, 'InvalidName'],
    ['an empty name', { name: '' }, 'InvalidName'],
    ['input that is not JSON', { input: 'not JSON' }, 'InvalidExecutionInput'],
    ['empty input', { input: '' }, 'InvalidExecutionInput'],
    ['input of more than 256 KiB', { input: JSON.stringify('x'.repeat(262_143)) }, 'ValidationException'],
    ['no ARN', { stateMachineArn: undefined }, 'ValidationException'],
    ['an ARN that is none', { stateMachineArn: 'machine' }, 'InvalidArn'],
    ['the ARN of an execution', { stateMachineArn: `${PREFIX}:execution:machine:x` }, 'InvalidArn'],
    ['an unknown machine', { stateMachineArn: `${PREFIX}:stateMachine:none` }, 'StateMachineDoesNotExist'],
  ])('%s', async (_, request, name) => {
    await expect(startWith(request)).rejects.toMatchObject({ name });
  });

  it('about executions that are not there', async () => {
    const executionArn = `${PREFIX}:execution:machine:none`;
    const name = 'ExecutionDoesNotExist';
    await expect(api.client.send(new DescribeExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name,
    });
    await expect(api.client.send(new StopExecutionCommand({ executionArn }))).rejects.toMatchObject({ name });
    await expect(api.client.send(new GetExecutionHistoryCommand({ executionArn }))).rejects.toMatchObject({
      name,
    });
  });

  it.each([
    ['StartExecution', { stateMachineArn: 5 }, 'stateMachineArn'],
    ['StartExecution', { stateMachineArn: MACHINE_ARN, input: {} }, 'input'],
    ['ListExecutions', { stateMachineArn: MACHINE_ARN, maxResults: 1_001 }, 'maxResults'],
    ['ListExecutions', { stateMachineArn: MACHINE_ARN, maxResults: 1.5 }, 'maxResults'],
    ['ListExecutions', { stateMachineArn: MACHINE_ARN, statusFilter: 'DONE' }, 'statusFilter'],
    [
      'GetExecutionHistory',
      { executionArn: `${PREFIX}:execution:machine:${'x'.repeat(256)}` },
      'executionArn',
    ],
  ])('%s %j is told which member breaks the model', async (operation, request, member) => {
    await expect(callStates(api.service, operation, request)).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringContaining(`'${member}'`),
    });
  });

  it('for operations that are not run', async () => {
    const request = {
      service: 'states',
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      body: Buffer.from('{}'),
    };
    await expect(
      api.service.handle({ ...request, headers: { 'x-amz-target': 'AWSStepFunctions.DescribeAccount' } }),
    ).rejects.toMatchObject({ code: 'UnknownOperationException' });
    await expect(api.service.handle({ ...request, headers: {} })).rejects.toMatchObject({
      code: 'UnknownOperationException',
    });
    await expect(
      api.service.handle({
        ...request,
        headers: { 'x-amz-target': 'AWSStepFunctions.ListExecutions' },
        body: Buffer.from('{'),
      }),
    ).rejects.toMatchObject({ code: 'SerializationException' });
  });
});
