import { randomUUID } from 'node:crypto';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { connectDevice, type Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createTableReader, type StoredRecord } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { connectNewDevice, makeIdentity, shareCertificates } from '@device-lifecycle/test-kit/new-device.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

let stack: RunningStack;
let tables: ReturnType<typeof createTableReader>;
const connected: Device[] = [];

beforeAll(async () => {
  stack = await startStack();
  tables = createTableReader(stack);
});

afterAll(async () => {
  for (const { mqtt } of connected) mqtt.end(true);
  tables.close();
  expect(await stack.stop()).toBe(0);
});

async function connect(deviceId = `dev-${randomUUID()}`): Promise<Device> {
  const device = await connectNewDevice(stack, deviceId);
  connected.push(device);
  return device;
}

async function register(identifiers: Readonly<Record<string, unknown>> = {}): Promise<Device> {
  const device = await connect();
  const answer = await device.request('register', { serialNumber: `SN-${device.deviceId}`, ...identifiers });
  expect(answer.verdict).toBe('accepted');
  return device;
}

const find = (records: readonly StoredRecord[], id: string) => records.find((record) => record.id === id);

describe('register', () => {
  it('puts the device and a guard for each unique identifier', async () => {
    const { deviceId } = await register({ macAddress: '02-00-5e-10-ff-01', type: 'meter' });
    const { devices, guards } = await tables.read();
    expect(find(devices, deviceId)).toMatchObject({
      serialNumber: `SN-${deviceId}`,
      macAddress: '02-00-5e-10-ff-01',
      version: 1,
      certificateIds: [expect.stringMatching(/^[0-9a-f]{64}$/)],
    });
    expect(find(guards, `serialNumber#SN-${deviceId}`)).toEqual({
      id: `serialNumber#SN-${deviceId}`,
      deviceId,
    });
    expect(find(guards, 'macAddress#02:00:5E:10:FF:01')).toMatchObject({ deviceId });
  });

  it('refuses a MAC address that is taken, in whatever notation', async () => {
    await register({ macAddress: '02:00:5e:10:ff:02' });
    const other = await connect();
    const answer = await other.request('register', {
      serialNumber: randomUUID(),
      macAddress: '02005E10FF02',
    });
    expect(answer).toMatchObject({ verdict: 'rejected', body: { code: 'IdentifierTaken' } });
  });

  it('answers a repeated request as before, and a different one with DeviceAlreadyRegistered', async () => {
    const device = await connect();
    const request = { serialNumber: randomUUID(), requestId: randomUUID() };
    const first = await device.request('register', request);
    await device.request('update', { name: 'renamed' });
    const again = await device.request('register', request);
    expect(again.body).toMatchObject({ version: first.body['version'], requestId: request.requestId });
    const other = await device.request('register', { serialNumber: randomUUID() });
    expect(other.body['code']).toBe('DeviceAlreadyRegistered');
  });
});

describe('update', () => {
  it('merges attributes, removes with null and moves the guard of a new serial number', async () => {
    const device = await register({ name: 'before', attributes: { kept: 1, dropped: 2 } });
    const serialNumber = randomUUID();
    const answer = await device.request('update', {
      name: null,
      attributes: { dropped: null, added: [true] },
      serialNumber,
    });
    expect(answer).toMatchObject({ verdict: 'accepted', body: { version: 2 } });
    const { devices, guards } = await tables.read();
    const record = find(devices, device.deviceId);
    expect(record).toMatchObject({ serialNumber, attributes: { kept: 1, added: [true] } });
    expect(record).not.toHaveProperty('name');
    expect(guards.filter(({ deviceId }) => deviceId === device.deviceId).map(({ id }) => id)).toEqual([
      `serialNumber#${serialNumber}`,
    ]);
  });

  it('refuses a change on top of a version that is not the current one', async () => {
    const device = await register();
    await device.request('update', { name: 'one' });
    const answer = await device.request('update', { name: 'two', version: 1 });
    expect(answer.body['code']).toBe('StaleVersion');
  });
});

describe('presence', () => {
  it('follows the connection', async () => {
    const device = await register();
    await device.close();
    const again = await connect(device.deviceId);
    await eventually(async () => {
      const record = find((await tables.read()).devices, device.deviceId);
      expect(record?.['presence']).toMatchObject({ connected: true, versionNumber: 1 });
    });
    await again.close();
    await eventually(async () => {
      const record = find((await tables.read()).devices, device.deviceId);
      expect(record?.['presence']).toMatchObject({ connected: false, versionNumber: 1 });
    });
  });

  it('never creates a device', async () => {
    const device = await connect();
    await device.close();
    const other = await register();
    await other.close();
    const { devices, invalidDevices } = await tables.read();
    expect(find([...devices, ...invalidDevices], device.deviceId)).toBeUndefined();
  });
});

describe('decommission', () => {
  it('answers the repetition as before and another request with alreadyDecommissioned', async () => {
    const device = await register();
    const request = { requestId: randomUUID(), reason: 'broken' };
    const first = await device.request('decommission', request);
    expect(first.body).toMatchObject({ outcome: 'decommissioned', credentials: 'pending' });
    const again = await device.request('decommission', request);
    expect({ ...again.body, timestamp: 0 }).toEqual({ ...first.body, timestamp: 0 });
    const other = await device.request('decommission');
    expect(other.body).toMatchObject({ outcome: 'alreadyDecommissioned', ttl: first.body['ttl'] });
  });

  it('lets neither a heartbeat nor an update nor a registration bring the device back', async () => {
    const identity = await makeIdentity(stack, `dev-${randomUUID()}`);
    // Its certificate is another thing's too, and so stays on.
    await shareCertificates(stack, identity.thingName);
    const first = await connectDevice(stack, identity);
    await first.request('register', { serialNumber: `SN-${first.deviceId}` });
    await first.request('decommission');
    const before = await eventually(async () => {
      const { invalidDevices } = await tables.read();
      expect(find(invalidDevices, first.deviceId)).toMatchObject({ credentials: 'inactive' });
      return invalidDevices;
    });
    const device = await connectDevice(stack, identity);
    connected.push(device);
    const codes = [
      await device.request('heartbeat'),
      await device.request('update', { name: 'ghost' }),
      await device.request('register', { serialNumber: randomUUID() }),
    ].map(({ body }) => body['code']);
    expect(codes).toEqual(['DeviceDecommissioned', 'DeviceDecommissioned', 'DeviceDecommissioned']);
    const { devices, invalidDevices } = await tables.read();
    expect(find(devices, device.deviceId)).toBeUndefined();
    expect(find(invalidDevices, device.deviceId)).toEqual({
      ...find(before, device.deviceId),
      ghost: expect.objectContaining({ count: 1 }),
    });
  });
});
