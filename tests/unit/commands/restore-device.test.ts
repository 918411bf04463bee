import { START } from '@device-lifecycle/test-kit/clock.ts';
import { interfere, useStore } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createRequests } from '../../support/requests.ts';

const fixture = useStore();

describe('restoreDevice', () => {
  let requests: ReturnType<typeof createRequests>;
  let ttl: number;
  beforeEach(async () => {
    requests = createRequests({ ...fixture.at, deadlineEpochMs: Number.POSITIVE_INFINITY });
    await requests.register();
    ({ ttl } = (await requests.decommission({ retentionDays: 1 })) as { ttl: number });
    fixture.at.clock.advance(1_000);
  });

  const device = () => fixture.at.read('devices', 'sensor-1');

  it('brings the device back at the next version', async () => {
    expect(await requests.restore()).toEqual({ deviceId: 'sensor-1', outcome: 'restored', version: 2 });
    expect(await device()).toMatchObject({ version: 2, updatedAt: START + 1_000, registeredAt: START });
  });

  it('gives the repetition of a request the same answer: in service, updated, and out of it again', async () => {
    const requestedAt = fixture.at.clock();
    const answer = await requests.restore();
    expect(await requests.restore()).toEqual(answer);
    fixture.at.clock.advance(1);
    await requests.update({ name: 'new' });
    expect(await requests.restore({ requestedAt })).toEqual(answer);
    await requests.decommission({ requestId: 'decommission-2' });
    expect(await requests.restore({ requestedAt })).toEqual(answer);
    fixture.at.clock.advance(1);
    expect(await requests.restore()).toEqual(answer);
    expect(await device()).toBeUndefined();
  });

  it('says so when the device is in service without its doing', async () => {
    await requests.restore();
    expect(await requests.restore({ requestId: 'restore-2' })).toEqual({
      deviceId: 'sensor-1',
      outcome: 'alreadyActive',
      version: 2,
    });
  });

  it('gives the repetition the same answer where the serial number changes while it looks', async () => {
    const answer = await requests.restore();
    const store = interfere(fixture.at.store, 'readLastRestore', () =>
      requests.update({ serialNumber: 'SN-new' }),
    );
    expect(await createRequests(fixture.at, store).restore()).toEqual(answer);
  });

  it('tells the version of the moment where another restore comes while it looks', async () => {
    await requests.restore();
    const store = interfere(fixture.at.store, 'readLastRestore', async () => {
      fixture.at.clock.advance(1);
      await requests.decommission({ requestId: 'decommission-2' });
      await requests.restore({ requestId: 'restore-2' });
    });
    expect(await createRequests(fixture.at, store).restore({ requestId: 'restore-3' })).toEqual({
      deviceId: 'sensor-1',
      outcome: 'alreadyActive',
      version: 3,
    });
  });

  it('is refused when the device was decommissioned by a later request', async () => {
    const late = requests.restore({ requestedAt: START - 1 });
    await expect(late).rejects.toMatchObject({ name: 'StaleRequest' });
    expect(await device()).toBeUndefined();
  });

  it('works in the millisecond of the decommissioning, and up to the last one of the retention', async () => {
    expect(await requests.restore({ requestedAt: START })).toMatchObject({ outcome: 'restored' });
    ({ ttl } = (await requests.decommission({ requestId: 'decommission-2', retentionDays: 1 })) as {
      ttl: number;
    });
    fixture.at.clock.set(ttl * 1000 - 1);
    expect(await requests.restore({ requestId: 'restore-2' })).toMatchObject({
      outcome: 'restored',
      version: 3,
    });
  });

  it('comes too late from the ttl on, whether DynamoDB has removed the record or not', async () => {
    fixture.at.clock.set(ttl * 1000);
    await expect(requests.restore()).rejects.toMatchObject({
      name: 'RetentionExpired',
      details: { ttl },
      message: expect.stringContaining(new Date(ttl * 1000).toISOString()),
    });
  });

  it('comes too late when the retention ends between its read and its write', async () => {
    const store = interfere(fixture.at.store, 'restore', async () => fixture.at.clock.set(ttl * 1000));
    const late = createRequests(
      { ...fixture.at, deadlineEpochMs: Number.POSITIVE_INFINITY },
      store,
    ).restore();
    await expect(late).rejects.toMatchObject({ name: 'RetentionExpired' });
    expect(await device()).toBeUndefined();
  });

  it('finds the device that was registered anew, and not the expired record of its earlier life', async () => {
    fixture.at.clock.set(ttl * 1000);
    await requests.register({ requestId: 'register-2' });
    expect(await requests.restore()).toEqual({ deviceId: 'sensor-1', outcome: 'alreadyActive', version: 1 });
  });

  it('is refused for a device that is unknown or purged', async () => {
    await expect(requests.restore({ deviceId: 'ghost' })).rejects.toMatchObject({ name: 'DeviceNotFound' });
    await requests.purge();
    await expect(requests.restore()).rejects.toMatchObject({ name: 'DeviceNotFound' });
  });

  it('works without end under a legal hold', async () => {
    await requests.restore();
    await requests.decommission({ requestId: 'decommission-2', legalHold: true });
    fixture.at.clock.advance(200 * 365 * 86_400_000);
    expect(await requests.restore({ requestId: 'restore-2' })).toMatchObject({ outcome: 'restored' });
  });

  it('is answered once when its own repetition comes between', async () => {
    const store = interfere(fixture.at.store, 'restore', () => requests.restore());
    const repeated = createRequests(fixture.at, store).restore();
    expect(await repeated).toEqual({ deviceId: 'sensor-1', outcome: 'restored', version: 2 });
    expect(await device()).toMatchObject({ version: 2 });
  });

  it('does not bring the device back from a decommissioning that came in between', async () => {
    const requestedAt = fixture.at.clock();
    const store = interfere(fixture.at.store, 'restore', async () => {
      await requests.restore({ requestId: 'quicker' });
      fixture.at.clock.advance(1);
      await requests.decommission({ requestId: 'decommission-2' });
    });
    const slow = createRequests(fixture.at, store).restore({ requestedAt });
    await expect(slow).rejects.toMatchObject({ name: 'StaleRequest' });
    expect(await device()).toBeUndefined();
  });
});

describe('purgeDevice', () => {
  let requests: ReturnType<typeof createRequests>;
  beforeEach(async () => {
    requests = createRequests({ ...fixture.at, deadlineEpochMs: Number.POSITIVE_INFINITY });
    await requests.register();
  });

  it('ends the afterlife of a device and frees its identifiers', async () => {
    await requests.decommission();
    expect(await requests.purge()).toMatchObject({ deviceId: 'sensor-1', outcome: 'purged' });
    const heir = { deviceId: 'heir', requestId: 'register-2' };
    expect(await requests.register(heir)).toEqual({ deviceId: 'heir', version: 1 });
  });

  it('is answered alike when it is done by its own repetition at the same moment', async () => {
    const purge = { requestId: 'purge-1' };
    await requests.decommission();
    const store = interfere(fixture.at.store, 'readBoth', () => requests.purge(purge));
    expect(await createRequests(fixture.at, store).purge(purge)).toMatchObject({ outcome: 'purged' });
  });

  it('is refused for a device in service, unknown, purged or expired', async () => {
    const notFound = { name: 'DeviceNotFound' };
    await expect(requests.purge()).rejects.toMatchObject({ name: 'DeviceInService' });
    await expect(requests.purge({ deviceId: 'ghost' })).rejects.toMatchObject(notFound);
    const { ttl } = (await requests.decommission({ retentionDays: 1 })) as { ttl: number };
    fixture.at.clock.set(ttl * 1000);
    await expect(requests.purge()).rejects.toMatchObject(notFound);
  });

  it('spares a device that comes back in between', async () => {
    await requests.decommission();
    const store = interfere(fixture.at.store, 'purge', () => requests.restore());
    await expect(createRequests(fixture.at, store).purge()).rejects.toMatchObject({
      name: 'DeviceInService',
    });
    expect(await fixture.at.read('devices', 'sensor-1')).toBeDefined();
  });

  it('gives the same answer to the same request, and spares what has been made since', async () => {
    await requests.decommission();
    const first = await requests.purge({ requestId: 'purge-1' });
    await requests.register({ requestId: 'register-2' });
    expect(await requests.purge({ requestId: 'purge-1' })).toEqual(first);
    expect(await fixture.at.read('devices', 'sensor-1')).toBeDefined();
  });

  it('is refused when the device was taken out of service anew since it was asked for', async () => {
    const requestedAt = fixture.at.clock();
    await requests.decommission();
    fixture.at.clock.advance(1);
    await requests.restore({ requestedAt: fixture.at.clock() });
    fixture.at.clock.advance(1);
    await requests.decommission({ requestId: 'decommission-2' });
    await expect(requests.purge({ requestedAt })).rejects.toMatchObject({ name: 'StaleRequest' });
  });

  it('is refused under legal hold', async () => {
    await requests.decommission({ legalHold: true });
    await expect(requests.purge()).rejects.toMatchObject({ name: 'UnderLegalHold' });
  });
});
