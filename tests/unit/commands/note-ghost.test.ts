import { interfere, useStore } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { recordHeartbeat } from '../../../shared/commands/record-heartbeat.ts';
import { recordPresence } from '../../../shared/commands/record-presence.ts';
import { createRequests } from '../../support/requests.ts';

const fixture = useStore();

describe('a message of a device that is out of service', () => {
  let requests: ReturnType<typeof createRequests>;
  let decommissionedAt: number;
  beforeEach(async () => {
    requests = createRequests(patient());
    await requests.register();
    fixture.at.clock.advance(10);
    await requests.decommission({ retentionDays: 1 });
    decommissionedAt = fixture.at.clock();
    fixture.at.clock.advance(10);
  });

  /** The clock jumps in these tests. */
  const patient = () => ({ ...fixture.at, deadlineEpochMs: Number.POSITIVE_INFINITY });
  const ghost = async () => (await fixture.at.read('invalidDevices', 'sensor-1'))?.['ghost'];
  const now = () => fixture.at.clock();
  const beat = (lastSeenAt = now(), store = fixture.at.store) =>
    recordHeartbeat({ deviceId: 'sensor-1', lastSeenAt }, { ...patient(), store });
  const hear = (connected: boolean, at = now()) =>
    recordPresence(
      { deviceId: 'sensor-1', presence: { connected, sessionIdentifier: 's', versionNumber: 9, at } },
      patient(),
    );
  const refused = { name: 'DeviceDecommissioned' };

  const MESSAGES = {
    heartbeat: () => expect(beat()).rejects.toMatchObject(refused),
    presence: async () => expect(await hear(true)).toEqual({ outcome: 'deviceMissing' }),
    register: () => expect(requests.register({ requestId: 'again' })).rejects.toMatchObject(refused),
    update: () => expect(requests.update({ name: 'x' })).rejects.toMatchObject(refused),
  };

  it.each(['heartbeat', 'presence', 'register', 'update'] as const)(
    'is answered as before, reported and counted: %s',
    async (operation) => {
      const before = await fixture.at.read('invalidDevices', 'sensor-1');
      await MESSAGES[operation]();
      const first = { count: 1, firstSeenAt: now(), lastSeenAt: now(), lastOperation: operation };
      expect(await fixture.at.read('invalidDevices', 'sensor-1')).toEqual({ ...before, ghost: first });
      expect(fixture.at.ghosts).toEqual([{ operation, decommissionedAt, isRecorded: true }]);
    },
  );

  it('is counted once a minute, and reported each time', async () => {
    const firstSeenAt = now();
    for (const passesMs of [0, 0, 59_999, 1]) {
      fixture.at.clock.advance(passesMs);
      await MESSAGES.heartbeat();
    }
    expect(await ghost()).toEqual({ count: 2, firstSeenAt, lastSeenAt: now(), lastOperation: 'heartbeat' });
    const recorded = fixture.at.ghosts.map(({ isRecorded }) => isRecorded);
    expect(recorded).toEqual([true, false, false, true]);
  });

  it('is counted once when many bring it at the same time', async () => {
    await Promise.all(Array.from({ length: 8 }, MESSAGES.heartbeat));
    expect(await ghost()).toMatchObject({ count: 1 });
    expect(fixture.at.ghosts.filter(({ isRecorded }) => isRecorded)).toHaveLength(1);
  });

  it('tells of no ghost when it was sent before the device left', async () => {
    await expect(beat(decommissionedAt)).rejects.toMatchObject(refused);
    await hear(true, decommissionedAt - 1);
    const requestedAt = decommissionedAt - 5;
    await expect(requests.update({ name: 'x', requestedAt })).rejects.toMatchObject(refused);
    await expect(requests.register({ requestId: 'late', requestedAt })).rejects.toMatchObject(refused);
    expect(await ghost()).toBeUndefined();
    expect(fixture.at.ghosts).toEqual([]);
  });

  it('tells of no ghost when the connection ends, or the device asks to be decommissioned once more', async () => {
    await hear(false);
    await requests.decommission({ requestId: 'again', source: 'device', retentionDays: 1 });
    expect(await ghost()).toBeUndefined();
    expect(fixture.at.ghosts).toEqual([]);
  });

  it('is counted also when it repeats what was carried out before, and gets its answer', async () => {
    expect(await requests.register()).toEqual({ deviceId: 'sensor-1', version: 1 });
    expect(await ghost()).toMatchObject({ count: 1, lastOperation: 'register' });
  });

  it('tells of no ghost once the record is expired', async () => {
    fixture.at.clock.advance(86_401_000);
    await expect(beat()).rejects.toMatchObject({ name: 'DeviceNotFound' });
    await hear(true);
    await expect(requests.update({ name: 'x' })).rejects.toMatchObject({ name: 'DeviceNotFound' });
    const late = { requestId: 'late', requestedAt: decommissionedAt - 5 };
    await expect(requests.register(late)).rejects.toMatchObject({ name: 'StaleRequest' });
    expect(await ghost()).toBeUndefined();
    expect(fixture.at.ghosts).toEqual([]);
  });

  it('is no message of a device that is unknown, or in service', async () => {
    await requests.restore();
    await beat();
    await requests.update({ name: 'x' });
    await hear(true);
    const stranger = recordHeartbeat({ deviceId: 'stranger', lastSeenAt: now() }, fixture.at);
    await expect(stranger).rejects.toMatchObject({ name: 'DeviceNotFound' });
    expect(fixture.at.ghosts).toEqual([]);
  });

  it('leaves no trace in a device that comes back while it is counted', async () => {
    const store = interfere(fixture.at.store, 'recordGhost', () => requests.restore());
    await expect(beat(now(), store)).rejects.toMatchObject(refused);
    expect(fixture.at.ghosts).toEqual([{ operation: 'heartbeat', decommissionedAt, isRecorded: false }]);
    expect(await fixture.at.read('devices', 'sensor-1')).not.toHaveProperty('ghost');
    expect(await fixture.at.read('invalidDevices', 'sensor-1')).toBeUndefined();
  });

  it('does not keep a restore from giving the device back as it was, counted in between or before', async () => {
    const {
      decommission: _,
      credentials: __,
      ttl: ___,
      ...rest
    } = {
      ...(await fixture.at.read('invalidDevices', 'sensor-1')),
    };
    const { pendingSince, pendingCredentials, ...device } = rest;
    expect([pendingSince, typeof pendingCredentials]).toEqual([decommissionedAt, 'string']);
    await MESSAGES.heartbeat();
    fixture.at.clock.advance(60_000);
    const store = interfere(fixture.at.store, 'restore', MESSAGES.update);
    await createRequests(patient(), store).restore();
    expect(fixture.at.ghosts.map(({ isRecorded }) => isRecorded)).toEqual([true, true]);
    const restored = { ...device, version: 2, updatedAt: now() };
    expect(await fixture.at.read('devices', 'sensor-1')).toEqual(restored);
  });

  it('costs a device in service not one call more', async () => {
    await requests.restore();
    const calls: string[] = [];
    fixture.at.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          calls.push(String(commandName));
          return next(args);
        },
      { step: 'initialize' },
    );
    await beat();
    await hear(true);
    expect(calls).toEqual(['UpdateItemCommand', 'UpdateItemCommand']);
  });
});
