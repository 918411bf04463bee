import { START } from '@device-lifecycle/test-kit/clock.ts';
import { interfere, useStore } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createRequests } from '../../support/requests.ts';

const fixture = useStore();
const START_SECONDS = START / 1000;
const DAY = 86_400;

describe('decommissionDevice', () => {
  let requests: ReturnType<typeof createRequests>;
  beforeEach(async () => {
    requests = createRequests(fixture.at);
    await requests.register();
  });

  const device = () => fixture.at.read('devices', 'sensor-1');
  const invalidDevice = () => fixture.at.read('invalidDevices', 'sensor-1');

  it('moves the device, with who asked for it, why and when', async () => {
    fixture.at.clock.advance(500);
    const requestedAt = START + 100;
    expect(await requests.decommission({ requestedAt, source: 'device' })).toEqual({
      deviceId: 'sensor-1',
      outcome: 'decommissioned',
      ttl: START_SECONDS + 1 + 30 * DAY,
      credentials: 'pending',
    });
    expect(await device()).toBeUndefined();
    expect(await invalidDevice()).toMatchObject({
      decommission: {
        at: START + 500,
        reason: 'worn out',
        requestedBy: 'operator',
        requestId: 'decommission-1',
        requestedAt,
        source: 'device',
      },
      ttl: START_SECONDS + 1 + 30 * DAY,
    });
  });

  it.each([
    ['as long as asked for', 'camera', 1.5, 1.5 * DAY],
    ['as long as its type', 'camera', undefined, 7 * DAY],
    ['by default', 'pump', undefined, 30 * DAY],
  ])('keeps it %s', async (_, type, retentionDays, seconds) => {
    await requests.register({ deviceId: 'typed', serialNumber: 'SN-2', requestId: 'register-2', type });
    const answer = await requests.decommission({ deviceId: 'typed', retentionDays });
    expect(answer).toMatchObject({ ttl: START_SECONDS + seconds });
  });

  it('keeps it without end under a legal hold', async () => {
    const answer = await requests.decommission({ legalHold: true });
    expect(answer).toEqual({ deviceId: 'sensor-1', outcome: 'decommissioned', credentials: 'pending' });
    expect(await invalidDevice()).toMatchObject({ decommission: { legalHold: true } });
    expect(await invalidDevice()).not.toHaveProperty('ttl');
  });

  it('gives the repetition of a request the same answer, also after the restore that undid it', async () => {
    const answer = await requests.decommission();
    fixture.at.clock.advance(1_000);
    expect(await requests.decommission({ requestedAt: START })).toEqual(answer);
    await requests.restore();
    expect(await requests.decommission({ requestedAt: START })).toEqual(answer);
    expect(await requests.decommission({ requestedAt: START + 60_000 })).toEqual(answer);
    expect(await device()).toMatchObject({ version: 2 });
  });

  it('is not confused by a restore in the same millisecond', async () => {
    const answer = await requests.decommission();
    await requests.restore();
    expect(await requests.decommission()).toEqual(answer);
    expect(await device()).toMatchObject({ version: 2 });
  });

  it('says so when the device has left service by another request, and changes nothing', async () => {
    const { ttl } = (await requests.decommission()) as { ttl: number };
    const other = { requestId: 'decommission-2', retentionDays: 1 };
    expect(await requests.decommission(other)).toEqual({
      deviceId: 'sensor-1',
      outcome: 'alreadyDecommissioned',
      ttl,
      credentials: 'pending',
    });
    expect(await invalidDevice()).toMatchObject({ decommission: { requestId: 'decommission-1' }, ttl });
  });

  it('gets its first answer also when another request has decommissioned the device since', async () => {
    const answer = await requests.decommission();
    fixture.at.clock.advance(1);
    await requests.restore();
    fixture.at.clock.advance(1);
    await requests.decommission({ requestId: 'decommission-2', retentionDays: 1 });
    expect(await requests.decommission({ requestedAt: START })).toEqual(answer);
    expect(await invalidDevice()).toMatchObject({ decommission: { requestId: 'decommission-2' } });
  });

  it('refuses a legal hold on a device that has left service without one, rather than forget it', async () => {
    await requests.decommission();
    const hold = { requestId: 'decommission-2', legalHold: true };
    await expect(requests.decommission(hold)).rejects.toMatchObject({ name: 'AlreadyDecommissioned' });
  });

  it('can be followed by another one, after a restore', async () => {
    await requests.decommission();
    fixture.at.clock.advance(1);
    await requests.restore();
    fixture.at.clock.advance(1);
    expect(await requests.decommission({ requestId: 'decommission-2' })).toMatchObject({
      outcome: 'decommissioned',
    });
    expect(await invalidDevice()).toMatchObject({ version: 2 });
  });

  it('is refused when the device was restored by a later request', async () => {
    await requests.decommission();
    fixture.at.clock.advance(10);
    await requests.restore();
    const late = requests.decommission({ requestId: 'late', requestedAt: START + 9 });
    await expect(late).rejects.toMatchObject({ name: 'StaleRequest' });
    expect(await device()).toMatchObject({ version: 2 });
  });

  it('is refused when the device was registered after it was asked for', async () => {
    const late = requests.decommission({ requestedAt: START - 1 });
    await expect(late).rejects.toMatchObject({ name: 'StaleRequest' });
  });

  it('is refused for a device that is unknown, purged or expired', async () => {
    const notFound = { name: 'DeviceNotFound' };
    await expect(requests.decommission({ deviceId: 'ghost' })).rejects.toMatchObject(notFound);
    const { ttl } = (await requests.decommission({ retentionDays: 1 })) as { ttl: number };
    fixture.at.clock.set(ttl * 1000);
    const late = createRequests({ ...fixture.at, deadlineEpochMs: Number.POSITIVE_INFINITY });
    await expect(late.decommission()).rejects.toMatchObject(notFound);
  });

  it('takes along what comes between its read and its write', async () => {
    const store = interfere(fixture.at.store, 'decommission', async () => {
      await requests.update({ name: 'new' });
      await fixture.at.store.recordHeartbeat('sensor-1', START + 7, fixture.at);
    });
    await createRequests(fixture.at, store).decommission();
    expect(await invalidDevice()).toMatchObject({ name: 'new', version: 2, lastSeenAt: START + 7 });
  });

  it('is told what became of it where a restore comes while it looks', async () => {
    const requestedAt = fixture.at.clock();
    await requests.decommission();
    await requests.restore();
    fixture.at.clock.advance(1);
    await requests.decommission({ requestId: 'decommission-2' });
    const store = interfere(fixture.at.store, 'readLastRestore', () =>
      requests.restore({ requestId: 'restore-2' }),
    );
    const repeated = createRequests(fixture.at, store).decommission({ requestedAt });
    await expect(repeated).rejects.toMatchObject({ name: 'StaleRequest' });
  });

  it('is answered once when its own repetition comes between', async () => {
    const store = interfere(fixture.at.store, 'decommission', () => requests.decommission());
    expect(await createRequests(fixture.at, store).decommission()).toMatchObject({
      outcome: 'decommissioned',
    });
  });

  it('gives up in time when others never let it write', async () => {
    const { store } = fixture.at;
    const busy = Object.assign(Object.create(store) as typeof store, {
      readDevice: store.readDevice,
      decommission: async () => {
        fixture.at.clock.advance(2_000);
        return { outcome: 'changed' } as const;
      },
    });
    const attempt = createRequests(fixture.at, busy).decommission();
    await expect(attempt).rejects.toMatchObject({ name: 'TransactionConflict', retryable: true });
  });
});
