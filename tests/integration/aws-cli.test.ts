import { randomUUID } from 'node:crypto';
import { type AwsCli, hasAwsCli, openAwsCli } from '@device-lifecycle/test-kit/aws-cli.ts';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { connectNewDevice } from '@device-lifecycle/test-kit/new-device.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const isInstalled = await hasAwsCli();

let stack: RunningStack;
let aws: AwsCli;

const epochSeconds = () => Math.floor(Date.now() / 1000);
const key = (id: string) => JSON.stringify({ id: { S: id } });

async function registerDevice() {
  const deviceId = `dev-${randomUUID()}`;
  const serialNumber = `SN-${randomUUID()}`;
  const device = await connectNewDevice(stack, deviceId);
  const { verdict } = await device.request('register', { serialNumber });
  expect(verdict).toBe('accepted');
  await device.close();
  return { deviceId, serialNumber };
}

/** The command of `stepfunctions` on an execution. */
const on = (executionArn: string, command: string) =>
  ['stepfunctions', command, '--execution-arn', executionArn] as const;

const startExecution = (stateMachineArn: string, name: string, input: object) =>
  [
    ...['stepfunctions', 'start-execution', '--state-machine-arn', stateMachineArn],
    ...['--name', name, '--input', JSON.stringify(input)],
  ] as const;

const start = (...execution: Parameters<typeof startExecution>) =>
  aws.run<{ executionArn: string }>(...startExecution(...execution));

async function endOf(executionArn: string): Promise<Readonly<Record<string, string>>> {
  return eventually(async () => {
    const execution = await aws.run<Record<string, string>>(...on(executionArn, 'describe-execution'));
    expect(execution['status']).not.toBe('RUNNING');
    return execution;
  });
}

function describeCli(): void {
  beforeAll(async () => {
    stack = await startStack();
    aws = await openAwsCli(stack);
  });

  afterAll(async () => {
    await aws.close();
    await stack.stop();
  });

  it('finds what the template made', async () => {
    const [identity, machines, functions, tables] = await Promise.all([
      aws.run('sts', 'get-caller-identity'),
      aws.run('stepfunctions', 'list-state-machines'),
      aws.run('lambda', 'list-functions'),
      aws.run('dynamodb', 'list-tables'),
    ]);
    expect(identity).toMatchObject({ Account: stack.accountId });
    const machineArns = Object.values(stack.stateMachines).sort();
    const { stateMachines }: { stateMachines: { stateMachineArn: string }[] } = Object(machines);
    expect(stateMachines.map(({ stateMachineArn }) => stateMachineArn).sort()).toEqual(machineArns);
    const functionNames = Object.values(stack.functions).sort();
    expect(functions).toMatchObject({ Functions: functionNames.map((FunctionName) => ({ FunctionName })) });
    expect(tables).toEqual({ TableNames: Object.values(stack.tables).sort() });
  });

  it('decommissions a device and brings it back', async () => {
    const { deviceId, serialNumber } = await registerDevice();
    const request = { deviceId, reason: 'recall', requestedBy: 'me' };
    const { executionArn } = await start(
      stack.stateMachines.decommissionDevice,
      `retire-${deviceId}`,
      request,
    );
    const { status, output = '' } = await endOf(executionArn);
    expect(status).toBe('SUCCEEDED');
    const { ttl } = JSON.parse(output) as { ttl: number };
    const ttlAttribute = { N: String(ttl) };

    const guard = { id: { S: `serialNumber#${serialNumber}` }, deviceId: { S: deviceId }, ttl: ttlAttribute };
    const { devices, invalidDevices } = stack.tables;
    const [history, record, query, scan] = await Promise.all([
      aws.run<{ events: object[] }>(...on(executionArn, 'get-execution-history')),
      aws.run('dynamodb', 'get-item', '--table-name', invalidDevices, '--key', key(deviceId)),
      aws.run(
        ...['dynamodb', 'query', '--table-name', devices, '--key-condition-expression', 'id = :id'],
        ...['--expression-attribute-values', JSON.stringify({ ':id': { S: deviceId } })],
      ),
      aws.run<{ Items: object[] }>('dynamodb', 'scan', '--table-name', devices),
    ]);
    expect(history.events.at(0)).toMatchObject({ id: 1, type: 'ExecutionStarted' });
    expect(history.events.at(-1)).toMatchObject({
      type: 'ExecutionSucceeded',
      executionSucceededEventDetails: { output },
    });
    expect(record).toMatchObject({ Item: { serialNumber: { S: serialNumber }, ttl: ttlAttribute } });
    expect(query).toMatchObject({ Items: [], Count: 0 });
    expect(scan.Items).toContainEqual(guard);

    const restore = { deviceId, requestedBy: 'me' };
    const restored = await start(stack.stateMachines.restoreDevice, `restore-${deviceId}`, restore);
    expect(await endOf(restored.executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(
      await aws.run('dynamodb', 'get-item', '--table-name', devices, '--key', key(deviceId)),
    ).toMatchObject({
      Item: { serialNumber: { S: serialNumber }, version: { N: '2' } },
    });
  });

  it('starts an execution once for its name, stops it, and cannot start it again', async () => {
    const stateMachineArn = stack.stateMachines.decommissionDevice;
    const { deviceId } = await registerDevice();
    const notBefore = epochSeconds() + 1_000;
    const request = { deviceId, reason: 'recall', requestedBy: 'me', notBefore };
    const execution = [stateMachineArn, `later-${deviceId}`, request] as const;
    const [first, second] = await Promise.all([start(...execution), start(...execution)]);
    expect(second).toEqual(first);

    const { executionArn } = first;
    const list = ['stepfunctions', 'list-executions', '--state-machine-arn', stateMachineArn];
    const running = await aws.run(...list, '--status-filter', 'RUNNING');
    expect(running).toMatchObject({ executions: [{ executionArn, status: 'RUNNING' }] });

    await aws.run(...on(executionArn, 'stop-execution'), '--error', 'Mistake', '--cause', 'the wrong device');
    const [again, description] = await Promise.all([
      aws.errorOf(...startExecution(...execution)),
      aws.run(...on(executionArn, 'describe-execution')),
    ]);
    expect(again).toBe('ExecutionAlreadyExists');
    expect(description).toMatchObject({ status: 'ABORTED', error: 'Mistake', cause: 'the wrong device' });
  });

  it('invokes a function, and hears its answer or its error', async () => {
    const { deviceId } = await registerDevice();
    const restoreDevice = stack.functions['restoreDevice'] ?? '';
    const [active, missing] = await Promise.all([
      aws.invoke(restoreDevice, { deviceId, requestedBy: 'me' }),
      aws.invoke(restoreDevice, { deviceId: 'nobody', requestedBy: 'me' }),
    ]);
    expect(active).toEqual({
      answer: { StatusCode: 200, ExecutedVersion: '$LATEST' },
      payload: { deviceId, outcome: 'alreadyActive', version: 1 },
    });
    expect(missing).toMatchObject({
      answer: { StatusCode: 200, FunctionError: 'Unhandled' },
      payload: { errorType: 'DeviceNotFound', errorMessage: expect.stringContaining('nobody') },
    });
  });

  it('publishes a message, which nobody can be answered for, and finds it in the dead-letter queue', async () => {
    const message = JSON.stringify({ serialNumber: 'SN-1' });
    const topic = 'devices/dev-1/register';
    await aws.run('iot-data', 'publish', '--topic', topic, '--payload', await aws.bytes(message));
    const { Messages: [letter] = [] } = await aws.run<{ Messages?: { Body: string }[] }>(
      ...['sqs', 'receive-message', '--queue-url', stack.queues.deadLetters, '--wait-time-seconds', '10'],
    );
    expect(JSON.parse(letter?.Body ?? '{}')).toMatchObject({
      reason: 'Unanswerable',
      topic,
      clientId: 'n/a',
      base64OriginalPayload: Buffer.from(message).toString('base64'),
    });
  });

  it('hears of mistakes under AWS’s names', async () => {
    const machine = stack.stateMachines.decommissionDevice;
    const noExecution = `${machine.replace(':stateMachine:', ':execution:')}:none`;
    const noQueue = `${stack.awsEndpointUrl}/${stack.accountId}/none`;
    const { devices } = stack.tables;
    const mistakes = {
      StateMachineDoesNotExist: startExecution(`${machine}-none`, 'name', {}),
      InvalidArn: startExecution('decommission-device', 'name', {}),
      InvalidName: startExecution(machine, 'a name', {}),
      InvalidExecutionInput: [...startExecution(machine, 'name', {}).slice(0, -1), '{'],
      ExecutionDoesNotExist: on(noExecution, 'describe-execution'),
      ValidationException: ['dynamodb', 'get-item', '--table-name', devices, '--key', '{"no":{"S":"key"}}'],
      ResourceNotFoundException: ['dynamodb', 'scan', '--table-name', 'none'],
      InvalidRequestException: ['iot-data', 'publish', '--topic', 'devices/#'],
      'AWS.SimpleQueueService.NonExistentQueue': ['sqs', 'receive-message', '--queue-url', noQueue],
    };
    const names = await Promise.all(Object.values(mistakes).map((command) => aws.errorOf(...command)));
    expect(names).toEqual(Object.keys(mistakes));
    await expect(aws.invoke('none', {})).rejects.toThrow(/\(ResourceNotFoundException\)/);
  });
}

describe('an operator with the plain AWS CLI', () => {
  if (isInstalled) describeCli();
  else it.skip('is not tested: the AWS CLI is missing', () => undefined);
});
