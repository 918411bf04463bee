import { randomUUID } from 'node:crypto';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { connectDevice } from '@device-lifecycle/test-kit/laptop/device.ts';
import { createOperator } from '@device-lifecycle/test-kit/laptop/executions.ts';
import { createLogReader } from '@device-lifecycle/test-kit/laptop/logs.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createTableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { makeIdentity, shareCertificates } from '@device-lifecycle/test-kit/new-device.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemsOf } from '../support/log-lines.ts';
import { functionLines } from './function-lines.ts';

let stack: RunningStack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

describe('a decommissioned device whose certificate was left on', () => {
  it('is a ghost for as long as it is heard of, and comes back as it was', async () => {
    const [operator, tables, logs] = [
      createOperator(stack),
      createTableReader(stack),
      createLogReader(stack),
    ];
    const deviceId = `dev-${randomUUID()}`;
    const identity = await makeIdentity(stack, deviceId);
    await shareCertificates(stack, deviceId);
    const device = await connectDevice(stack, identity);
    await device.request('register', { serialNumber: `SN-${deviceId}` });
    await device.close();
    const find = async (table: 'devices' | 'invalidDevices') =>
      (await tables.read())[table].find(({ id }) => id === deviceId);
    const before = await eventually(async () => {
      const record = await find('devices');
      expect(record?.['presence']).toMatchObject({ connected: false });
      return record;
    });
    const execution = { deviceId, requestedBy: 'tests' };
    await operator.run(stack.stateMachines.decommissionDevice, { ...execution, reason: 'recall' });
    expect(await find('invalidDevices')).not.toHaveProperty('ghost');

    const ghost = await connectDevice(stack, identity);
    expect((await ghost.request('heartbeat')).body['code']).toBe('DeviceDecommissioned');
    await ghost.close();
    const lying = await find('invalidDevices');
    expect(lying?.['ghost']).toMatchObject({ count: 1 });
    const lines = await eventually(async () => {
      const found = (await functionLines(stack)).filter(({ message }) => message === 'ghost');
      expect(found.map(({ operation }) => operation).sort()).toEqual(['heartbeat', 'presence']);
      return found;
    });
    expect(lines.flatMap(problemsOf)).toEqual([]);
    expect(lines.map((line) => line['isRecorded']).sort()).toEqual([false, true]);
    const counted = (await functionLines(stack)).filter((line) => line['GhostMessages'] === 1);
    expect([counted.length, counted.flatMap(problemsOf)]).toEqual([2, []]);
    expect(await logs.query('ghosts')).toMatchObject([{ deviceId, messages: '2' }]);

    await operator.run(stack.stateMachines.restoreDevice, execution);
    const { version: _, updatedAt: __, ...record } = { ...before };
    const after = await find('devices');
    expect(after).toMatchObject(record);
    expect(after).not.toHaveProperty('ghost');
    for (const client of [operator, tables, logs]) client.close();
  });
});
