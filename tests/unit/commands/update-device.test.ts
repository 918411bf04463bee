import { interfere, useStore } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createRequests } from '../../support/requests.ts';

const fixture = useStore();

describe('updateDevice', () => {
  let requests: ReturnType<typeof createRequests>;
  beforeEach(async () => {
    requests = createRequests(fixture.at);
    await requests.register({
      name: 'old',
      macAddress: '02:00:5e:10:00:0a',
      attributes: { a: 1, b: { c: 2 } },
    });
    fixture.at.clock.advance(1);
  });

  const device = () => fixture.at.read('devices', 'sensor-1');

  it('sets what is given, and leaves what is not', async () => {
    expect(await requests.update({ name: 'new' })).toEqual({ deviceId: 'sensor-1', version: 2 });
    expect(await device()).toMatchObject({
      name: 'new',
      macAddress: '02:00:5e:10:00:0a',
      attributes: { a: 1, b: { c: 2 } },
      version: 2,
      updatedAt: fixture.at.clock(),
    });
  });

  it('removes what is null', async () => {
    await requests.update({ name: null, macAddress: null, attributes: null });
    expect(await device()).toMatchObject({ attributes: {} });
    expect(await device()).not.toHaveProperty('name');
    expect(await device()).not.toHaveProperty('macAddress');
    expect(await fixture.at.read('devices', 'macAddress#02:00:5E:10:00:0A')).toBeUndefined();
  });

  it('merges attributes by their names alone', async () => {
    await requests.update({ attributes: { a: null, b: { d: 3 }, e: false } });
    expect(await device()).toMatchObject({ attributes: { b: { d: 3 }, e: false } });
    expect((await device())?.['attributes']).not.toHaveProperty('a');
  });

  it('leaves alone, to the last digit, what it does not change', async () => {
    const item = await fixture.at.readItem('devices', 'sensor-1');
    const attributes = { M: { exact: { N: '12345678901234567890.5' }, colours: { SS: ['blue', 'red'] } } };
    await fixture.at.putItem('devices', { ...item, attributes });
    await requests.update({ name: 'new' });
    expect(await fixture.at.readItem('devices', 'sensor-1')).toMatchObject({ attributes });
    await requests.update({ requestId: 'update-2', attributes: { a: 1 } });
    expect(await fixture.at.readItem('devices', 'sensor-1')).toMatchObject({
      attributes: { M: { ...attributes.M, a: { N: '1' } } },
    });
  });

  it('gives the repetition of a request the same answer, and does nothing again', async () => {
    const answer = await requests.update({ name: 'new' });
    fixture.at.clock.advance(1);
    await requests.update({ requestId: 'update-2', name: 'newer' });
    expect(await requests.update({ name: 'new' })).toEqual(answer);
    expect(await device()).toMatchObject({ name: 'newer', version: 3 });
    await requests.decommission();
    expect(await requests.update({ name: 'new' })).toEqual(answer);
    await requests.restore();
    expect(await requests.update({ name: 'new' })).toEqual(answer);
    expect(await device()).toMatchObject({ name: 'newer', version: 4 });
  });

  it('does not take an update for the repetition of the registration that had the same id', async () => {
    expect(await requests.update({ requestId: 'register-1', name: 'new' })).toMatchObject({ version: 2 });
    expect(await device()).toMatchObject({ name: 'new' });
  });

  it('works on top of the version that it names, and of no other', async () => {
    const stale = requests.update({ version: 2, name: 'new' });
    await expect(stale).rejects.toMatchObject({ name: 'StaleVersion', details: { expected: 2, current: 1 } });
    expect(await requests.update({ version: 1, name: 'new' })).toMatchObject({ version: 2 });
  });

  it('is refused when a later request has been carried out before', async () => {
    await requests.update({ name: 'new' });
    const late = requests.update({ requestId: 'late', requestedAt: fixture.at.clock() - 1, name: 'late' });
    await expect(late).rejects.toMatchObject({ name: 'StaleRequest' });
    expect(await requests.update({ requestId: 'same-time', name: 'same time' })).toMatchObject({
      version: 3,
    });
  });

  it('neither creates a device nor brings one back', async () => {
    const ghost = requests.update({ deviceId: 'ghost', name: 'new' });
    await expect(ghost).rejects.toMatchObject({ name: 'DeviceNotFound' });
    const { ttl } = (await requests.decommission({ retentionDays: 1 })) as { ttl: number };
    await expect(requests.update({ name: 'new' })).rejects.toMatchObject({ name: 'DeviceDecommissioned' });
    fixture.at.clock.set(ttl * 1000);
    const late = createRequests({ ...fixture.at, deadlineEpochMs: Number.POSITIVE_INFINITY });
    await expect(late.update({ name: 'new' })).rejects.toMatchObject({ name: 'DeviceNotFound' });
    expect(await device()).toBeUndefined();
  });

  it('moves its claims, and is refused one that another device has', async () => {
    await requests.register({ deviceId: 'other', serialNumber: 'SN-2', requestId: 'register-2' });
    const taken = requests.update({ serialNumber: 'SN-2' });
    await expect(taken).rejects.toMatchObject({ name: 'IdentifierTaken', details: { owner: 'other' } });
    await requests.update({ serialNumber: 'SN-3' });
    const heir = { deviceId: 'heir', requestId: 'register-3' };
    expect(await requests.register(heir)).toEqual({ deviceId: 'heir', version: 1 });
  });

  it('takes the memory of the last restore along to a new serial number', async () => {
    await requests.decommission();
    fixture.at.clock.advance(1);
    const restored = await requests.restore();
    fixture.at.clock.advance(1);
    await requests.update({ serialNumber: 'SN-new' });
    expect(await requests.restore()).toEqual(restored);
    expect(await requests.decommission({ requestedAt: fixture.at.clock() - 2 })).toMatchObject({
      outcome: 'decommissioned',
    });
    expect(await device()).toMatchObject({ version: 3 });
  });

  it('reads again and merges when another update comes between', async () => {
    const store = interfere(fixture.at.store, 'update', () =>
      requests.update({ requestId: 'between', attributes: { between: true } }),
    );
    const interrupted = createRequests(fixture.at, store);
    expect(await interrupted.update({ attributes: { mine: true } })).toMatchObject({ version: 3 });
    expect(await device()).toMatchObject({ attributes: { a: 1, between: true, mine: true } });
  });

  it('is answered once when its own repetition comes between', async () => {
    const store = interfere(fixture.at.store, 'update', () => requests.update({ name: 'new' }));
    expect(await createRequests(fixture.at, store).update({ name: 'new' })).toMatchObject({ version: 2 });
    expect(await device()).toMatchObject({ version: 2 });
  });

  it('is refused when the device leaves service in between', async () => {
    const store = interfere(fixture.at.store, 'update', () => requests.decommission());
    const update = createRequests(fixture.at, store).update({ name: 'new' });
    await expect(update).rejects.toMatchObject({ name: 'DeviceDecommissioned' });
  });

  it('refuses attributes that would no longer fit into the record, as DynamoDB counts them', async () => {
    const attributes = (name: string) => ({ [name]: Array.from({ length: 30_000 }, () => [[]]) });
    expect(await requests.update({ attributes: attributes('x') })).toMatchObject({ version: 2 });
    const more = requests.update({ requestId: 'update-2', attributes: attributes('y') });
    await expect(more).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining('256 KB'),
    });
  });
});
