import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDevice, aHold, aRelease, aRestore } from '@device-lifecycle/test-kit/devices.ts';
import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Ghost, InvalidDevice } from '../../../shared/domain/device.ts';
import type { Snapshot } from '../../../shared/ports.ts';

const FIRST: Ghost = {
  count: 1,
  firstSeenAt: START + 1,
  lastSeenAt: START + 1,
  lastOperation: 'heartbeat',
};
const SECOND: Ghost = { ...FIRST, count: 2, lastSeenAt: START + 90_000, lastOperation: 'register' };

export function describeGhosts(createFixture: () => Promise<StoreFixture>): void {
  describe('ghosts', () => {
    const device = aDevice({ macAddress: '02:00:5e:10:00:0a', attributes: { room: 'cellar' } });
    let at: StoreFixture;
    let found: Snapshot<InvalidDevice>;
    beforeEach(async () => {
      at = await createFixture();
      await at.store.register(device, at);
      await at.decommission('sensor-1', { ttlInSeconds: 600 });
      found = await at.invalidDevice('sensor-1');
    });

    const record = (ghost: Ghost, current: InvalidDevice = found.record) =>
      at.store.recordGhost(current, ghost, at);
    const restore = (current: Snapshot<InvalidDevice>) =>
      at.store.restore(current, { lastRestore: aRestore(), updatedAt: at.clock() }, at);
    const lying = () => at.read('invalidDevices', 'sensor-1');

    it('are recorded beside all else, which stays to the last digit', async () => {
      const before = await at.readItem('invalidDevices', 'sensor-1');
      const exact = { N: '12345678901234567890.5' };
      await at.putItem('invalidDevices', { ...before, exact });
      expect(await record(FIRST)).toEqual({ outcome: 'recorded' });
      const { ghost, ...others } = { ...(await at.readItem('invalidDevices', 'sensor-1')) };
      expect(others).toEqual({ ...before, exact });
      expect(ghost).toBeDefined();
      expect((await at.invalidDevice('sensor-1')).record.ghost).toEqual(FIRST);
      expect(await at.read('devices', 'sensor-1')).toBeUndefined();
    });

    it('take the mark of the last step away, so that no step is told of twice', async () => {
      await at.putItem('invalidDevices', {
        ...(await at.readItem('invalidDevices', 'sensor-1')),
        step: { M: { operation: { S: 'decommission' } } },
      });
      expect(await record(FIRST)).toEqual({ outcome: 'recorded' });
      expect((await at.invalidDevice('sensor-1')).raw).not.toHaveProperty('step');
    });

    it('go on from the ghost that was read, and from no other', async () => {
      await record(FIRST);
      const current = await at.invalidDevice('sensor-1');
      expect(current.record.ghost).toEqual(FIRST);
      expect(await record(SECOND)).toEqual({ outcome: 'changed' });
      expect(await record(SECOND, current.record)).toEqual({ outcome: 'recorded' });
      expect(await record(SECOND, current.record)).toEqual({ outcome: 'changed' });
      expect((await lying())?.['ghost']).toEqual(SECOND);
    });

    it('are counted once by many who have read the same', async () => {
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => record(FIRST)));
      expect(outcomes.filter(({ outcome }) => outcome === 'recorded')).toHaveLength(1);
      expect((await lying())?.['ghost']).toEqual(FIRST);
    });

    it('never make a record', async () => {
      const nobody = { ...found.record, id: 'nobody' };
      expect(await record(FIRST, nobody)).toEqual({ outcome: 'changed' });
      expect(await at.read('invalidDevices', 'nobody')).toBeUndefined();
      await restore(found);
      expect(await record(FIRST)).toEqual({ outcome: 'changed' });
      expect(await lying()).toBeUndefined();
      expect(await at.read('devices', 'sensor-1')).not.toHaveProperty('ghost');
    });

    it('are not of an expired record', async () => {
      at.clock.advance(600_000);
      expect(await record(FIRST)).toEqual({ outcome: 'changed' });
      at.clock.advance(-1);
      expect(await record(FIRST)).toEqual({ outcome: 'recorded' });
    });

    it('are not of a later decommissioning', async () => {
      await restore(found);
      await at.decommission('sensor-1', { decommission: { requestId: 'decommission-2' }, ttlInSeconds: 600 });
      expect(await record(FIRST)).toEqual({ outcome: 'changed' });
      expect(await lying()).not.toHaveProperty('ghost');
    });

    it('do not get in the way of a legal hold and its release, nor these in theirs', async () => {
      const ttl = START / 1000 + 900;
      await record(FIRST);
      expect(await at.store.hold(found, aHold(), at)).toEqual({ outcome: 'held' });
      const held = await at.invalidDevice('sensor-1');
      expect(await record(SECOND, { ...found.record, ghost: FIRST })).toEqual({ outcome: 'recorded' });
      expect(await at.store.release(held, aRelease({ ttl }), at)).toEqual({ outcome: 'released' });
      expect(await lying()).toMatchObject({ ghost: SECOND, ttl });
    });

    it.each(['before it is read', 'between its read and its write'])(
      'do not get in the way of a restore, recorded %s, and go away with it',
      async (when) => {
        const stale = found;
        await record(FIRST);
        const current = when === 'before it is read' ? await at.invalidDevice('sensor-1') : stale;
        expect(await restore(current)).toEqual({ outcome: 'restored' });
        expect(await at.read('devices', 'sensor-1')).toEqual({ ...device, version: 2 });
      },
    );

    it('do not get in the way of a restore at the same time', async () => {
      const [restored, ...recorded] = await Promise.all([
        restore(found),
        record(FIRST),
        record({ ...FIRST, lastOperation: 'update' }),
      ]);
      expect(restored).toEqual({ outcome: 'restored' });
      expect(recorded.filter(({ outcome }) => outcome === 'recorded').length).toBeLessThanOrEqual(1);
      expect(await at.read('devices', 'sensor-1')).toEqual({ ...device, version: 2 });
      expect(await lying()).toBeUndefined();
    });

    it('do not get in the way of the work on the credentials, which keeps them', async () => {
      await record(FIRST);
      const done = { credentialsWork: undefined, credentials: 'inactive' } as const;
      const settled = await at.store.changeCredentials(found, done, at);
      expect(settled).toMatchObject({ outcome: 'updated', current: { record: { ghost: FIRST } } });
      expect(await record(SECOND, { ...found.record, ghost: FIRST })).toEqual({ outcome: 'recorded' });
      expect(await lying()).toMatchObject({ ghost: SECOND, credentials: 'inactive' });
    });
  });
}
