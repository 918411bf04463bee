import { randomUUID } from 'node:crypto';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { createOperator } from '@device-lifecycle/test-kit/laptop/executions.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createTableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { connectNewDevice } from '@device-lifecycle/test-kit/new-device.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

let stack: RunningStack;
let client: SFNClient;
let operator: ReturnType<typeof createOperator>;
let tables: ReturnType<typeof createTableReader>;

beforeAll(async () => {
  stack = await startStack(['--ttl-delay', 'off']);
  client = new SFNClient(stack.clientConfig);
  operator = createOperator(stack);
  tables = createTableReader(stack);
});

afterAll(async () => {
  client.destroy();
  operator.close();
  tables.close();
  await stack.stop();
});

async function registerDevice(): Promise<string> {
  const deviceId = `dev-${randomUUID()}`;
  const device = await connectNewDevice(stack, deviceId);
  const { verdict } = await device.request('register', { serialNumber: randomUUID() });
  expect(verdict).toBe('accepted');
  await device.close();
  await eventually(async () => {
    expect((await whereabouts(deviceId)).device).toMatchObject({ presence: { connected: false } });
  });
  return deviceId;
}

const decommission = (input: Readonly<Record<string, unknown>>) =>
  operator.run(stack.stateMachines.decommissionDevice, { reason: 'recall', requestedBy: 'tests', ...input });
const restore = (input: Readonly<Record<string, unknown>>) =>
  operator.run(stack.stateMachines.restoreDevice, { requestedBy: 'tests', ...input });

const hold = (input: Readonly<Record<string, unknown>>) =>
  operator.run(stack.stateMachines.holdDevice, { reason: 'case 4711', requestedBy: 'tests', ...input });
const release = (input: Readonly<Record<string, unknown>>) =>
  operator.run(stack.stateMachines.releaseDevice, { requestedBy: 'tests', ...input });

async function whereabouts(deviceId: string) {
  const { devices, invalidDevices, guards } = await tables.read();
  return {
    device: devices.find(({ id }) => id === deviceId),
    invalidDevice: invalidDevices.find(({ id }) => id === deviceId),
    guards: guards.filter((guard) => guard['deviceId'] === deviceId),
  };
}

const epochSeconds = () => Math.floor(Date.now() / 1000);

describe('decommission-device', () => {
  it('moves the record, keeps who asked and why, and answers with its TTL', async () => {
    const deviceId = await registerDevice();
    const { status, output } = await decommission({ deviceId, retentionDays: 0.5 });
    expect({ status, output }).toEqual({
      status: 'SUCCEEDED',
      output: { deviceId, outcome: 'decommissioned', ttl: expect.any(Number), credentials: 'inactive' },
    });
    const { device, invalidDevice, guards } = await whereabouts(deviceId);
    expect(device).toBeUndefined();
    expect(invalidDevice).toMatchObject({
      ttl: output?.['ttl'],
      decommission: { reason: 'recall', requestedBy: 'tests', source: 'execution' },
    });
    expect(Number(output?.['ttl']) - epochSeconds() - 43_200).toBeLessThan(5);
    expect(guards.map(({ ttl }) => ttl)).toEqual([output?.['ttl']]);
  });

  it('sets no TTL under legal hold', async () => {
    const deviceId = await registerDevice();
    const { output } = await decommission({ deviceId, legalHold: true });
    expect(output).not.toHaveProperty('ttl');
    const { invalidDevice, guards } = await whereabouts(deviceId);
    expect(invalidDevice).not.toHaveProperty('ttl');
    expect(guards[0]).not.toHaveProperty('ttl');
  });

  it('starts once for the same name, and not again once it has ended', async () => {
    const deviceId = await registerDevice();
    const notBefore = epochSeconds() + 1_000;
    const request = {
      stateMachineArn: stack.stateMachines.decommissionDevice,
      name: `retire-${randomUUID()}`,
      input: JSON.stringify({ deviceId, reason: 'recall', requestedBy: 'tests', notBefore }),
    };
    const first = await client.send(new StartExecutionCommand(request));
    const second = await client.send(new StartExecutionCommand(request));
    expect(second.executionArn).toBe(first.executionArn);
    await client.send(
      new StopExecutionCommand({ executionArn: first.executionArn, cause: 'changed our mind' }),
    );
    await expect(client.send(new StartExecutionCommand(request))).rejects.toThrow(ExecutionAlreadyExists);
    const { status } = await client.send(new DescribeExecutionCommand({ executionArn: first.executionArn }));
    expect(status).toBe('ABORTED');
    expect((await whereabouts(deviceId)).device).toBeDefined();
  });

  it('waits until notBefore and moves then', async () => {
    const deviceId = await registerDevice();
    const notBefore = epochSeconds() + 2;
    const { status, output } = await decommission({ deviceId, notBefore });
    expect({ status, outcome: output?.['outcome'] }).toEqual({
      status: 'SUCCEEDED',
      outcome: 'decommissioned',
    });
    const { invalidDevice } = await whereabouts(deviceId);
    const decommissioned = (invalidDevice?.['decommission'] ?? {}) as { at?: number };
    expect(decommissioned.at).toBeGreaterThanOrEqual(notBefore * 1000);
  });

  it.each([
    ['DeviceNotFound', { deviceId: 'nobody' }],
    ['InvalidInput', { deviceId: 'no good id!' }],
    ['InvalidInput', { deviceId: 'dev-1', retentionDays: 0 }],
    ['InvalidInput', { deviceId: 'dev-1', retentiondays: 7 }],
    ['InvalidInput', { deviceId: 'dev-1', notBefore: 'tomorrow' }],
    ['InvalidInput', { deviceId: 'dev-1', legalHold: true, retentionDays: 3 }],
  ])('fails as %s for %j, without a retry', async (error, input) => {
    const end = await decommission(input);
    expect(end).toMatchObject({ status: 'FAILED', error });
    expect(JSON.parse(end.cause ?? '{}')).toMatchObject({ errorMessage: expect.stringMatching(/\w/) });
  });

  it('fails as InvalidInput for an input that is no object', async () => {
    const { executionArn } = await client.send(
      new StartExecutionCommand({
        stateMachineArn: stack.stateMachines.decommissionDevice,
        input: '"dev-1"',
      }),
    );
    await eventually(async () => {
      expect(await client.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
        status: 'FAILED',
        error: 'InvalidInput',
      });
    });
  });

  it('is started once by a device that asks for later, however often it asks', async () => {
    const deviceId = await registerDevice();
    const device = await connectNewDevice(stack, deviceId);
    const notBefore = epochSeconds() + 2;
    const request = { requestId: randomUUID(), notBefore, reason: 'planned' };
    const first = await device.request('decommission', request);
    const second = await device.request('decommission', request);
    await device.close();
    expect(first.body).toMatchObject({ outcome: 'scheduled', notBefore });
    expect({ ...second.body, timestamp: 0 }).toEqual({ ...first.body, timestamp: 0 });
    const { executions = [] } = await client.send(
      new ListExecutionsCommand({
        stateMachineArn: stack.stateMachines.decommissionDevice,
        statusFilter: 'RUNNING',
      }),
    );
    expect(executions.filter(({ name }) => name?.startsWith('scheduled-'))).toHaveLength(1);
    await eventually(async () => {
      expect((await whereabouts(deviceId)).invalidDevice).toMatchObject({
        decommission: { reason: 'planned', requestedBy: deviceId, requestId: request.requestId },
      });
    });
  });
});

describe('restore-device', () => {
  it('brings the device back as it was, with its identifiers, any number of times', async () => {
    const deviceId = await registerDevice();
    const { device: before } = await whereabouts(deviceId);
    for (const version of [2, 3]) {
      await decommission({ deviceId });
      const { output } = await restore({ deviceId });
      expect(output).toEqual({ deviceId, outcome: 'restored', version, credentials: 'active' });
    }
    const { device, invalidDevice, guards } = await whereabouts(deviceId);
    expect(invalidDevice).toBeUndefined();
    expect(device).toEqual({ ...before, version: 3, updatedAt: expect.any(Number) });
    expect(guards[0]).not.toHaveProperty('ttl');
  });

  it('answers alreadyActive for a device in service and DeviceNotFound for none', async () => {
    const deviceId = await registerDevice();
    expect((await restore({ deviceId })).output).toEqual({
      deviceId,
      outcome: 'alreadyActive',
      version: 1,
      credentials: 'active',
    });
    expect(await restore({ deviceId: 'nobody' })).toMatchObject({
      status: 'FAILED',
      error: 'DeviceNotFound',
    });
  });

  it('refuses once the retention is over, though the record is still there; its identifiers are free then', async () => {
    const deviceId = await registerDevice();
    const { output } = await decommission({ deviceId, retentionDays: 1e-9 });
    const { invalidDevice } = await whereabouts(deviceId);
    await eventually(async () => expect(epochSeconds()).toBeGreaterThanOrEqual(Number(output?.['ttl'])));
    expect(await restore({ deviceId })).toMatchObject({ status: 'FAILED', error: 'RetentionExpired' });
    const heir = await connectNewDevice(stack, `heir-of-${deviceId}`.slice(0, 128));
    const { verdict } = await heir.request('register', { serialNumber: invalidDevice?.['serialNumber'] });
    expect(verdict).toBe('accepted');
    await heir.close();
  });
});

describe('hold-device and release-device', () => {
  it('keep a record and its guards without a TTL, and give them one again, until the device comes back', async () => {
    const deviceId = await registerDevice();
    const { device: before } = await whereabouts(deviceId);
    expect(await hold({ deviceId })).toMatchObject({ status: 'FAILED', error: 'DeviceInService' });
    await decommission({ deviceId, retentionDays: 0.5 });

    expect((await hold({ deviceId })).output).toEqual({ deviceId, outcome: 'held' });
    const held = await whereabouts(deviceId);
    expect(held.invalidDevice).toMatchObject({ hold: { reason: 'case 4711', requestedBy: 'tests' } });
    for (const item of [held.invalidDevice, ...held.guards]) expect(item).not.toHaveProperty('ttl');
    expect((await hold({ deviceId })).output).toEqual({ deviceId, outcome: 'alreadyHeld' });

    const { output } = await release({ deviceId, retentionDays: 0.25 });
    expect(output).toEqual({ deviceId, outcome: 'released', ttl: expect.any(Number) });
    const ttl = Number(output?.['ttl']);
    expect(Math.abs(ttl - epochSeconds() - 21_600)).toBeLessThan(600);
    const released = await whereabouts(deviceId);
    for (const item of [released.invalidDevice, ...released.guards]) expect(item).toMatchObject({ ttl });
    expect((await release({ deviceId })).output).toEqual({ deviceId, outcome: 'notHeld', ttl });

    await hold({ deviceId });
    expect((await restore({ deviceId })).output).toMatchObject({ outcome: 'restored', version: 2 });
    const { device, guards } = await whereabouts(deviceId);
    expect(device).toEqual({ ...before, version: 2, updatedAt: expect.any(Number) });
    for (const guard of guards) expect(guard).not.toHaveProperty('ttl');
  });
});

describe('the API', () => {
  it('lists the state machines and tells the history of an execution', async () => {
    const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));
    expect(stateMachines.map(({ stateMachineArn }) => stateMachineArn).sort()).toEqual(
      Object.values(stack.stateMachines).sort(),
    );
    const deviceId = await registerDevice();
    const input = JSON.stringify({ deviceId, reason: 'recall', requestedBy: 'tests' });
    const stateMachineArn = stack.stateMachines.decommissionDevice;
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input }));
    await eventually(async () => {
      const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
      expect(events.map(({ type }) => type)).toEqual([
        'ExecutionStarted',
        'TaskStateEntered',
        'TaskScheduled',
        'TaskStarted',
        'TaskSucceeded',
        'TaskStateExited',
        'ChoiceStateEntered',
        'ChoiceStateExited',
        'TaskStateEntered',
        'TaskScheduled',
        'TaskStarted',
        'TaskSucceeded',
        'TaskStateExited',
        'SucceedStateEntered',
        'SucceedStateExited',
        'ExecutionSucceeded',
      ]);
    });
  });
});
