import { interfere, interfereAfter, useStore } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createRequests } from '../../support/requests.ts';

const fixture = useStore();

describe('registerDevice', () => {
  let requests: ReturnType<typeof createRequests>;
  beforeEach(() => {
    requests = createRequests(fixture.at);
  });

  it('takes a device into service at version 1, with the certificate that it came with', async () => {
    const input = {
      name: 'pump',
      type: 'camera',
      attributes: { room: 'cellar' },
      certificateId: 'c'.repeat(64),
    };
    expect(await requests.register(input)).toEqual({ deviceId: 'sensor-1', version: 1 });
    const now = fixture.at.clock();
    expect(await fixture.at.read('devices', 'sensor-1')).toEqual({
      id: 'sensor-1',
      serialNumber: 'SN-1',
      name: 'pump',
      type: 'camera',
      attributes: { room: 'cellar' },
      version: 1,
      certificateIds: ['c'.repeat(64)],
      registeredAt: now,
      updatedAt: now,
      requests: [{ requestId: 'register-1', operation: 'register', version: 1 }],
    });
  });

  it('gives the repetition of a request the same answer, after updates, decommissioned, and restored', async () => {
    const answer = await requests.register();
    expect(await requests.register()).toEqual(answer);
    await requests.update({ name: 'new', attributes: { a: 1 } });
    expect(await requests.register()).toEqual(answer);
    await requests.decommission();
    expect(await requests.register()).toEqual(answer);
    expect(await fixture.at.read('devices', 'sensor-1')).toBeUndefined();
    await requests.restore();
    expect(await requests.register()).toEqual(answer);
    expect(await fixture.at.read('devices', 'sensor-1')).toMatchObject({ version: 3, name: 'new' });
  });

  it('accepts a device that registers at each start with nothing new', async () => {
    await requests.register({
      attributes: { a: { b: [1, null, ''] } },
      name: 'pump',
      macAddress: '02005e10000a',
    });
    const again = await requests.register({
      requestId: 'register-2',
      attributes: { a: { b: [1, null, ''] } },
      macAddress: '02:00:5E:10:00:0A',
    });
    expect(again).toEqual({ deviceId: 'sensor-1', version: 1 });
  });

  it('records the certificate of a device that comes back with another one, once', async () => {
    await requests.register({ certificateId: 'first' });
    const again = { requestId: 'register-2', certificateId: 'second' };
    expect(await requests.register(again)).toEqual({ deviceId: 'sensor-1', version: 2 });
    expect(await requests.register(again)).toEqual({ deviceId: 'sensor-1', version: 2 });
    expect(await requests.register({ requestId: 'register-3', certificateId: 'first' })).toEqual({
      deviceId: 'sensor-1',
      version: 2,
    });
    expect(await fixture.at.read('devices', 'sensor-1')).toMatchObject({
      certificateIds: ['first', 'second'],
      version: 2,
    });
  });

  it('loses no certificate to a change that comes between', async () => {
    await requests.register({ certificateId: 'first' });
    const store = interfere(fixture.at.store, 'recordCertificate', async () => {
      await requests.register({ requestId: 'register-2', certificateId: 'second' });
    });
    await createRequests(fixture.at, store).register({ requestId: 'register-3', certificateId: 'third' });
    expect(await fixture.at.read('devices', 'sensor-1')).toMatchObject({
      certificateIds: ['first', 'second', 'third'],
      version: 3,
    });
  });

  it.each([
    { serialNumber: 'SN-2' },
    { name: 'other' },
    { type: 'other' },
    { macAddress: '02005e10000b' },
    { attributes: { a: 2 } },
    { attributes: {} },
  ])('refuses a device that is registered with other data than %p', async (other) => {
    await requests.register({ attributes: { a: 1 } });
    const again = requests.register({ requestId: 'register-2', ...other });
    await expect(again).rejects.toMatchObject({ name: 'DeviceAlreadyRegistered' });
  });

  it('refuses a decommissioned device, and takes it again once its retention is over', async () => {
    await requests.register();
    const { ttl } = (await requests.decommission({ retentionDays: 1 })) as { ttl: number };
    const again = { requestId: 'register-2' };
    fixture.at.clock.set(ttl * 1000 - 1);
    const late = createRequests({ ...fixture.at, deadlineEpochMs: Number.POSITIVE_INFINITY });
    await expect(late.register(again)).rejects.toMatchObject({ name: 'DeviceDecommissioned' });
    fixture.at.clock.set(ttl * 1000);
    expect(await late.register(again)).toEqual({ deviceId: 'sensor-1', version: 1 });
    expect(await fixture.at.read('devices', 'sensor-1')).toMatchObject({ registeredAt: ttl * 1000 });
  });

  it('takes a device whose retention ends between the finding of its record and the answer', async () => {
    const { at } = fixture;
    await requests.register();
    await requests.decommission({ retentionDays: 1 });
    const requestedAt = at.clock() + 1;
    const store = interfereAfter(at.store, 'register', () => at.clock.advance(86_400_000));
    const patient = { ...at, deadlineEpochMs: Number.POSITIVE_INFINITY };
    const late = createRequests(patient, store).register({ requestId: 'register-2', requestedAt });
    expect(await late).toEqual({ deviceId: 'sensor-1', version: 1 });
    expect(await at.read('devices', 'sensor-1')).toMatchObject({ registeredAt: requestedAt });
  });

  it('refuses an identifier that another device has, without telling whose it is', async () => {
    await requests.register({ deviceId: 'secret-owner' });
    const failure = await requests.register().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'IdentifierTaken',
      details: { attribute: 'serialNumber', value: 'SN-1', owner: 'secret-owner' },
    });
    expect((failure as Error).message).not.toContain('secret-owner');
  });
});
