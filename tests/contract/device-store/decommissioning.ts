import { aDecommission, aDevice, aRestore } from '@device-lifecycle/test-kit/devices.ts';
import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { epochSeconds } from '../../../shared/domain/retention.ts';
import { remainsOf } from '../../support/purges.ts';

const MAC_GUARD = 'macAddress#02:00:5E:10:00:0A';
const SERIAL_GUARD = 'serialNumber#SN-sensor-1';

export function describeDecommissioning(createFixture: () => Promise<StoreFixture>): void {
  describe('decommission', () => {
    const device = aDevice({ macAddress: '02:00:5e:10:00:0a', name: 'pump', attributes: { room: 'cellar' } });
    let at: StoreFixture;
    beforeEach(async () => {
      at = await createFixture();
      await at.store.register(device, at);
    });

    it('moves the whole record, with the reason and one ttl for it and its guards', async () => {
      const ttl = epochSeconds(at.clock()) + 60;
      expect(await at.decommission('sensor-1', { ttlInSeconds: 60 })).toEqual({ outcome: 'decommissioned' });
      expect(await at.read('devices', 'sensor-1')).toBeUndefined();
      expect(await at.read('invalidDevices', 'sensor-1')).toEqual({
        ...device,
        decommission: aDecommission(),
        credentials: 'pending',
        pendingCredentials: expect.stringMatching(/^\d+$/),
        pendingSince: aDecommission().at,
        ttl,
      });
      for (const id of [SERIAL_GUARD, MAC_GUARD]) {
        expect(await at.read('devices', id)).toEqual({ id, deviceId: 'sensor-1', ttl });
      }
    });

    it('leaves record and guards without a ttl under a legal hold', async () => {
      await at.decommission('sensor-1', { decommission: { legalHold: true } });
      expect(await at.read('invalidDevices', 'sensor-1')).not.toHaveProperty('ttl');
      expect(await at.read('devices', SERIAL_GUARD)).not.toHaveProperty('ttl');
      expect(await at.read('devices', MAC_GUARD)).not.toHaveProperty('ttl');
    });

    it('replaces a record of an earlier life that has expired but is still there', async () => {
      await at.decommission('sensor-1', { ttlInSeconds: 1 });
      at.clock.advance(1_000);
      const anew = { ...device, registeredAt: at.clock(), name: 'new life' };
      await at.store.register(anew, at);
      const decommission = { requestId: 'decommission-2', requestedAt: at.clock() };
      expect(await at.decommission('sensor-1', { decommission, ttlInSeconds: 60 })).toEqual({
        outcome: 'decommissioned',
      });
      expect(await at.read('invalidDevices', 'sensor-1')).toMatchObject({ name: 'new life' });
    });

    const interferences: readonly (readonly [what: string, interfere: () => Promise<unknown>])[] = [
      ['a heartbeat', () => at.store.recordHeartbeat('sensor-1', at.clock() + 5, at)],
      [
        'a presence event',
        () =>
          at.store.recordPresence(
            'sensor-1',
            { connected: true, sessionIdentifier: 's', versionNumber: 1, at: at.clock() },
            at,
          ),
      ],
      [
        'an update',
        async () =>
          at.store.update(
            await at.device('sensor-1'),
            { device: { ...device, version: 2, name: 'renamed' }, lastRestore: undefined },
            at,
          ),
      ],
    ];

    it.each(interferences)(
      'answers "changed" when %s came between, so that it moves along',
      async (_, interfere) => {
        const stale = await at.device('sensor-1');
        await interfere();
        const now = await at.read('devices', 'sensor-1');
        const change = { decommission: aDecommission(), ttl: undefined };
        expect(await at.store.decommission(stale, change, at)).toEqual({ outcome: 'changed' });
        expect(await at.read('invalidDevices', 'sensor-1')).toBeUndefined();
        expect(await at.decommission('sensor-1')).toEqual({ outcome: 'decommissioned' });
        expect(await at.read('invalidDevices', 'sensor-1')).toMatchObject({ ...now });
      },
    );

    it('answers "changed" when the device has been moved, and leaves the other move as it is', async () => {
      const stale = await at.device('sensor-1');
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      const decommission = aDecommission({ requestId: 'decommission-2' });
      expect(await at.store.decommission(stale, { decommission, ttl: undefined }, at)).toEqual({
        outcome: 'changed',
      });
      expect(await at.read('invalidDevices', 'sensor-1')).toMatchObject({ decommission: aDecommission() });
    });

    it('answers "changed" when the device was registered anew at the same version', async () => {
      const stale = await at.device('sensor-1');
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      const lying = await at.invalidDevice('sensor-1');
      await at.store.purge(lying, remainsOf(lying), at);
      await at.store.register({ ...device, registeredAt: device.registeredAt + 1 }, at);
      const change = { decommission: aDecommission({ requestId: 'other' }), ttl: undefined };
      expect(await at.store.decommission(stale, change, at)).toEqual({ outcome: 'changed' });
      expect(await at.read('devices', 'sensor-1')).toBeDefined();
    });

    async function restoreAt(requestedAt: number) {
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      const lastRestore = aRestore({ requestedAt });
      await at.store.restore(await at.invalidDevice('sensor-1'), { lastRestore, updatedAt: requestedAt }, at);
      return lastRestore;
    }

    it('is superseded by a restore that was asked for later', async () => {
      const lastRestore = await restoreAt(at.clock() + 10);
      const late = { decommission: { requestId: 'late', requestedAt: at.clock() + 9 } };
      expect(await at.decommission('sensor-1', late)).toEqual({ outcome: 'superseded', lastRestore });
      expect(await at.read('devices', 'sensor-1')).toMatchObject({ version: 2 });
    });

    it('is superseded by the restore that undid it, however late it comes again', async () => {
      const lastRestore = await restoreAt(at.clock() + 10);
      const again = { decommission: { requestedAt: at.clock() + 1_000 } };
      expect(await at.decommission('sensor-1', again)).toEqual({ outcome: 'superseded', lastRestore });
      expect(await at.read('devices', 'sensor-1')).toMatchObject({ version: 2 });
    });

    it('is not superseded by a restore that was asked for before', async () => {
      await restoreAt(at.clock() + 10);
      const next = { decommission: { requestId: 'next', requestedAt: at.clock() + 10 } };
      expect(await at.decommission('sensor-1', next)).toEqual({ outcome: 'decommissioned' });
    });

    it('keeps the memory of the last restore on the guard', async () => {
      const lastRestore = await restoreAt(at.clock() + 10);
      await at.decommission('sensor-1', {
        decommission: { requestId: 'next', requestedAt: at.clock() + 11 },
      });
      expect(await at.store.readLastRestore({ id: 'sensor-1', serialNumber: 'SN-sensor-1' }, at)).toEqual(
        lastRestore,
      );
    });

    it('moves nothing and calls for a person when a guard is not the device’s own', async () => {
      await at.put('devices', { id: MAC_GUARD, deviceId: 'stranger' });
      await expect(at.decommission('sensor-1')).rejects.toMatchObject({
        name: 'IntegrityViolation',
        details: { failedItems: [3] },
      });
      expect(await at.read('devices', 'sensor-1')).toEqual(device);
    });

    it('moves nothing and calls for a person when the device is in both tables', async () => {
      await at.put('invalidDevices', { id: 'sensor-1' });
      await expect(at.decommission('sensor-1')).rejects.toMatchObject({ name: 'IntegrityViolation' });
      expect(await at.read('invalidDevices', 'sensor-1')).toEqual({ id: 'sensor-1' });
    });
  });
}
