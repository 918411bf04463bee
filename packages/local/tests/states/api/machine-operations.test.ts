import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListStateMachinesCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { callStates } from '@device-lifecycle/test-kit/call-states.ts';
import { machineOf } from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';
import { EXPRESS_ARN, MACHINE, MACHINE_ARN, PREFIX, statesApi } from '../states-api.ts';

const api = statesApi();

const outputs = (Output: string) =>
  machineOf({
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', Seconds: 60, Next: 'Done' },
      Done: { Type: 'Succeed', Output },
    },
  });
const describeMachine = () =>
  api.client.send(new DescribeStateMachineCommand({ stateMachineArn: MACHINE_ARN }));
const describeExecution = (executionArn: string | undefined) =>
  api.client.send(new DescribeExecutionCommand({ executionArn }));

describe('state machines', () => {
  it('are listed and described', async () => {
    const { stateMachines } = await api.client.send(new ListStateMachinesCommand({}));
    const creationDate = new Date('2026-01-01');
    expect(stateMachines).toEqual([
      { stateMachineArn: MACHINE_ARN, name: 'machine', type: 'STANDARD', creationDate },
      { stateMachineArn: EXPRESS_ARN, name: 'express', type: 'EXPRESS', creationDate },
    ]);
    const list = (nextToken?: string) =>
      api.client.send(new ListStateMachinesCommand({ maxResults: 1, nextToken }));
    const first = await list();
    expect(first.stateMachines).toHaveLength(1);
    const second = await list(first.nextToken);
    expect(second.stateMachines?.map(({ name }) => name)).toEqual(['express']);
    expect(second.nextToken).toBeUndefined();
    const { $metadata: _, definition = '', ...described } = await describeMachine();
    expect(described).toEqual({
      stateMachineArn: MACHINE_ARN,
      name: 'machine',
      status: 'ACTIVE',
      type: 'STANDARD',
      creationDate,
      roleArn: MACHINE.roleArn,
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
    });
    expect(JSON.parse(definition)).toEqual(MACHINE.definition);
  });

  it('are changed for executions that start from then on', async () => {
    await api.service.machines.put(outputs('one'));
    const before = await api.start();
    await api.clock.advance(10_000);
    await api.service.machines.put(outputs('two'));
    const after = await api.start();
    await api.clock.advance(60_000);
    for (const [{ executionArn }, output, updated] of [
      [before, 'one', '2026-01-01T00:00:10Z'],
      [after, 'two', '2026-01-01T00:00:10Z'],
    ] as const) {
      expect(await describeExecution(executionArn)).toMatchObject({ output: `"${output}"` });
      const machine = await api.client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
      expect(machine.definition).toBe(JSON.stringify(outputs(output).definition));
      expect(machine.updateDate).toEqual(new Date(updated));
    }
  });

  it('are removed with their executions, which are aborted first', async () => {
    const { executionArn } = await api.start('left', { seconds: 60 });
    await api.clock.advance(0);
    const removed = api.service.machines.remove(MACHINE);
    const described = callStates(api.service, 'DescribeStateMachine', { stateMachineArn: MACHINE_ARN });
    const put = api.service.machines.put(MACHINE);
    expect(() => api.service.startExecution({ stateMachineArn: MACHINE_ARN })).toThrow(/is being deleted/);
    await expect(put).rejects.toMatchObject({ code: 'StateMachineDeleting' });
    expect(await described).toMatchObject({ status: 'DELETING' });
    await removed;
    expect((await describeExecution(executionArn)).status).toBe('ABORTED');
    await expect(describeMachine()).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
    await api.service.machines.put(MACHINE);
    expect((await describeMachine()).status).toBe('ACTIVE');
  });

  it.each([
    ['a version', `${MACHINE_ARN}:1`, 'StateMachineDoesNotExist'],
    ['another name', `${PREFIX}:stateMachine:other`, 'StateMachineDoesNotExist'],
    ['no ARN', 'machine', 'InvalidArn'],
  ])('are not found by %s', async (_, stateMachineArn, name) => {
    const started = api.client.send(new StartExecutionCommand({ stateMachineArn }));
    await expect(started).rejects.toMatchObject({ name });
  });

  it.each([
    [
      'can’t be run',
      machineOf({ StartAt: 'A', States: { A: { Type: 'Pass', ResultPath: '$.x', End: true } } }),
      'InvalidDefinition',
      /^State machine 'machine' can't be run: .* field 'ResultPath' is only supported for the 'JSONPath' .* \(at \/States\/A\)/,
    ],
    [
      'would be of another type',
      machineOf(MACHINE.definition, 'EXPRESS'),
      'ValidationException',
      /^State machine 'machine' is STANDARD and can't become EXPRESS/,
    ],
  ])('that %s are refused, and stay as they are', async (_, config, code, message) => {
    await expect(api.service.machines.put(config)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    const { definition = '', type } = await describeMachine();
    expect([JSON.parse(definition), type]).toEqual([MACHINE.definition, 'STANDARD']);
  });
});
