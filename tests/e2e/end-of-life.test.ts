import { randomUUID } from 'node:crypto';
import {
  AddThingToThingGroupCommand,
  CreateThingGroupCommand,
  type IoTClient,
  ListThingsInThingGroupCommand,
} from '@aws-sdk/client-iot';
import {
  IoTDataPlaneClient,
  ListNamedShadowsForThingCommand,
  UpdateThingShadowCommand,
} from '@aws-sdk/client-iot-data-plane';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { advanceClock } from '@device-lifecycle/test-kit/laptop/clock.ts';
import { connectDevice } from '@device-lifecycle/test-kit/laptop/device.ts';
import { createOperator } from '@device-lifecycle/test-kit/laptop/executions.ts';
import { createFactory, type Factory, type Identity } from '@device-lifecycle/test-kit/laptop/identity.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createTableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const DAY_SECONDS = 86_400;
const MINUTE_SECONDS = 60;
const thingGroupName = 'pumps';

let stack: RunningStack;
let operator: ReturnType<typeof createOperator>;
let tables: ReturnType<typeof createTableReader>;
let factory: Factory;
let iot: IoTClient;
let iotData: IoTDataPlaneClient;

beforeAll(async () => {
  stack = await startStack();
  operator = createOperator(stack);
  tables = createTableReader(stack);
  factory = createFactory(stack);
  ({ iot } = factory);
  iotData = new IoTDataPlaneClient(stack.clientConfig);
  await iot.send(new CreateThingGroupCommand({ thingGroupName }));
});

afterAll(async () => {
  operator.close();
  tables.close();
  factory.close();
  iotData.destroy();
  expect(await stack.stop()).toBe(0);
});

async function register(identity: Identity, serialNumber = `SN-${identity.thingName}`): Promise<void> {
  const device = await connectDevice(stack, identity);
  const { verdict } = await device.request('register', { serialNumber });
  expect(verdict).toBe('accepted');
  await device.close();
}

/** A device with shadows and a group, that has left service. */
async function decommissioned(retentionDays: number): Promise<Identity> {
  const thingName = `dev-${randomUUID()}`;
  const identity = await factory.make(thingName);
  await register(identity);
  const payload = JSON.stringify({ state: { reported: { on: true } } });
  await iotData.send(new UpdateThingShadowCommand({ thingName, payload }));
  await iotData.send(new UpdateThingShadowCommand({ thingName, shadowName: 'config', payload }));
  await iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName }));
  const request = { deviceId: thingName, reason: 'recall', requestedBy: 'tests', retentionDays };
  const { output } = await operator.run(stack.stateMachines.decommissionDevice, request);
  expect(output).toMatchObject({ outcome: 'decommissioned', credentials: 'inactive' });
  return identity;
}

async function whatIsLeft({ thingName, ...identity }: Identity) {
  const { results = [] } = await iotData.send(new ListNamedShadowsForThingCommand({ thingName }));
  const { things = [] } = await iot.send(new ListThingsInThingGroupCommand({ thingGroupName }));
  return {
    thing: await factory.hasThing(thingName),
    certificate: await factory.statusOf({ thingName, ...identity }),
    shadows: results,
    isInGroup: things.includes(thingName),
  };
}

const NOTHING = { thing: false, certificate: undefined, shadows: [], isInGroup: false };
const wholeReceipt = ({ certificateId }: Identity) => ({
  thing: 'deleted',
  certificateIds: [certificateId],
  keptCertificateIds: [],
  thingGroups: [thingGroupName],
  shadows: ['', 'config'],
});

const purgeOf = (deviceId: string) =>
  eventually(async () => {
    const { purges } = await tables.read();
    const purge = purges.find((record) => record['deviceId'] === deviceId);
    expect(purge).toBeDefined();
    return purge;
  });

/** Works off what is pending, as each minute does. */
async function receiptOf(deviceId: string) {
  await advanceClock(stack, MINUTE_SECONDS);
  return eventually(async () => {
    const purge = await purgeOf(deviceId);
    expect(purge).toHaveProperty('receipt');
    return purge?.['receipt'];
  }, 30_000);
}

describe('the end of a device', () => {
  it('comes by itself when its retention is over, and leaves nothing of it but a receipt', async () => {
    const identity = await decommissioned(30);
    expect(await whatIsLeft(identity)).toEqual({
      thing: true,
      certificate: 'INACTIVE',
      shadows: ['config'],
      isInGroup: true,
    });

    await advanceClock(stack, 30 * DAY_SECONDS + 1);
    expect(await purgeOf(identity.thingName)).toMatchObject({ purge: { source: 'ttl' } });
    const receipt = await receiptOf(identity.thingName);

    expect(await whatIsLeft(identity)).toEqual(NOTHING);
    expect(receipt).toEqual({ ...wholeReceipt(identity), completedAt: expect.any(Number) });
    const { invalidDevices, guards } = await tables.read();
    expect(invalidDevices.map(({ id }) => id)).not.toContain(identity.thingName);
    expect(guards.map(({ deviceId }) => deviceId)).not.toContain(identity.thingName);
  });

  it('comes at once when an operator asks for it, and is answered in the same way again', async () => {
    const identity = await decommissioned(30);
    const request = {
      deviceId: identity.thingName,
      reason: 'erasure',
      requestedBy: 'tests',
      requestId: randomUUID(),
    };

    const { status, output } = await operator.run(stack.stateMachines.purgeDevice, request);

    expect({ status, output }).toMatchObject({
      status: 'SUCCEEDED',
      output: { outcome: 'purged', remains: 'removed', receipt: wholeReceipt(identity) },
    });
    expect(await whatIsLeft(identity)).toEqual(NOTHING);
    expect(await purgeOf(identity.thingName)).toMatchObject({
      purge: { source: 'execution', reason: 'erasure', requestedBy: 'tests', requestId: request.requestId },
    });
    expect((await operator.run(stack.stateMachines.purgeDevice, request)).output).toEqual(output);
    const other = { ...request, requestId: randomUUID() };
    expect(await operator.run(stack.stateMachines.purgeDevice, other)).toMatchObject({
      error: 'DeviceNotFound',
    });
  });

  it('spares a device that was registered anew under the same id', async () => {
    const old = await decommissioned(1);
    await advanceClock(stack, DAY_SECONDS + 1);
    await purgeOf(old.thingName);
    const anew = await factory.make(old.thingName);
    await register(anew);

    const receipt = await receiptOf(old.thingName);

    expect(receipt).toMatchObject({ thing: 'kept', certificateIds: [old.certificateId], shadows: [] });
    expect(await factory.statusOf(old)).toBeUndefined();
    expect(await whatIsLeft(anew)).toEqual({
      thing: true,
      certificate: 'ACTIVE',
      shadows: ['config'],
      isInGroup: true,
    });
    const device = await connectDevice(stack, anew);
    expect(await device.request('heartbeat')).toMatchObject({ verdict: 'accepted' });
    await device.close();
  });

  it('is not reached by a purge of a device in service', async () => {
    const identity = await factory.make(`dev-${randomUUID()}`);
    await register(identity);
    const request = { deviceId: identity.thingName, reason: 'a slip', requestedBy: 'tests' };
    expect(await operator.run(stack.stateMachines.purgeDevice, request)).toMatchObject({
      status: 'FAILED',
      error: 'DeviceInService',
    });
  });
});
