import { aDevice, aRestore } from '@device-lifecycle/test-kit/devices.ts';
import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Device } from '../../../shared/domain/device.ts';
import { epochSeconds } from '../../../shared/domain/retention.ts';
import { remainsOf } from '../../support/purges.ts';

export function describeUpdating(createFixture: () => Promise<StoreFixture>): void {
  describe('update', () => {
    let at: StoreFixture;
    beforeEach(async () => {
      at = await createFixture();
      await at.store.register(aDevice({ macAddress: '02:00:5e:10:00:0a', name: 'old' }), at);
    });

    async function update(changes: Partial<Device>, from?: Awaited<ReturnType<StoreFixture['device']>>) {
      const current = from ?? (await at.device('sensor-1'));
      const device = { ...current.record, version: current.record.version + 1, ...changes };
      return at.store.update(current, { device, lastRestore: undefined }, at);
    }

    it('sets what has a value and removes what has none', async () => {
      const current = await at.device('sensor-1');
      const { name: _, ...device } = { ...current.record, attributes: { room: 'attic' }, version: 2 };
      expect(await at.store.update(current, { device, lastRestore: undefined }, at)).toEqual({
        outcome: 'updated',
      });
      const { name: __, ...expected } = aDevice({ macAddress: '02:00:5e:10:00:0a', version: 2 });
      expect(await at.read('devices', 'sensor-1')).toEqual({ ...expected, attributes: { room: 'attic' } });
    });

    it('moves a claim: the new value is taken, the old one is free', async () => {
      expect(await update({ serialNumber: 'SN-new' })).toEqual({ outcome: 'updated' });
      expect(await at.read('devices', 'serialNumber#SN-new')).toMatchObject({ deviceId: 'sensor-1' });
      expect(await at.read('devices', 'serialNumber#SN-sensor-1')).toBeUndefined();
      const heir = aDevice({ id: 'heir', serialNumber: 'SN-sensor-1' });
      expect(await at.store.register(heir, at)).toEqual({ outcome: 'registered' });
    });

    it('drops the claim on a MAC address that is removed', async () => {
      const current = await at.device('sensor-1');
      const { macAddress: _, ...device } = { ...current.record, version: 2 };
      await at.store.update(current, { device, lastRestore: undefined }, at);
      expect(await at.read('devices', 'macAddress#02:00:5E:10:00:0A')).toBeUndefined();
      expect(await at.read('devices', 'sensor-1')).not.toHaveProperty('macAddress');
    });

    it('keeps the claim when only the notation of a MAC address changes', async () => {
      expect(await update({ macAddress: '02005E10000A' })).toEqual({ outcome: 'updated' });
      expect(await at.read('devices', 'macAddress#02:00:5E:10:00:0A')).toMatchObject({
        deviceId: 'sensor-1',
      });
      expect(await at.read('devices', 'sensor-1')).toMatchObject({ macAddress: '02005E10000A' });
    });

    it.each([
      ['serialNumber', { serialNumber: 'SN-owner' }, 'SN-owner'],
      ['macAddress', { macAddress: '02005E10000B' }, '02:00:5E:10:00:0B'],
    ] as const)(
      'refuses a %s that another device has, and changes nothing',
      async (attribute, changes, value) => {
        await at.store.register(aDevice({ id: 'owner', macAddress: '02:00:5e:10:00:0b' }), at);
        const before = await at.read('devices', 'sensor-1');
        expect(await update(changes)).toEqual({
          outcome: 'identifierTaken',
          attribute,
          value,
          owner: 'owner',
        });
        expect(await at.read('devices', 'sensor-1')).toEqual(before);
        expect(await at.read('devices', 'serialNumber#SN-sensor-1')).toMatchObject({ deviceId: 'sensor-1' });
      },
    );

    it('takes a value whose decommissioned owner has expired', async () => {
      await at.store.register(aDevice({ id: 'gone' }), at);
      await at.decommission('gone', { ttlInSeconds: 1 });
      expect(await update({ serialNumber: 'SN-gone' })).toMatchObject({
        outcome: 'identifierTaken',
        owner: 'gone',
      });
      at.clock.advance(1_000);
      expect(await update({ serialNumber: 'SN-gone' })).toEqual({ outcome: 'updated' });
      expect(await at.read('devices', 'serialNumber#SN-gone')).toEqual({
        id: 'serialNumber#SN-gone',
        deviceId: 'sensor-1',
      });
    });

    it('takes a value that was its own in a life before this one, by a clock that is behind', async () => {
      await at.put('devices', {
        id: 'serialNumber#SN-before',
        deviceId: 'sensor-1',
        ttl: epochSeconds(at.clock()) + 1,
      });
      expect(await update({ serialNumber: 'SN-before' })).toEqual({ outcome: 'updated' });
      expect(await at.read('devices', 'serialNumber#SN-before')).not.toHaveProperty('ttl');
    });

    it('answers "changed" when another update came between', async () => {
      const stale = await at.device('sensor-1');
      await update({ name: 'quicker' });
      expect(await update({ name: 'slower', serialNumber: 'SN-slower' }, stale)).toEqual({
        outcome: 'changed',
      });
      expect(await at.read('devices', 'sensor-1')).toMatchObject({ name: 'quicker', version: 2 });
      expect(await at.read('devices', 'serialNumber#SN-slower')).toBeUndefined();
    });

    it('answers "changed", and creates nothing, when the device has left service', async () => {
      const stale = await at.device('sensor-1');
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      expect(await update({ name: 'ghost' }, stale)).toEqual({ outcome: 'changed' });
      expect(await at.read('devices', 'sensor-1')).toBeUndefined();
    });

    it('answers "changed" when the device was registered anew at the same version', async () => {
      const stale = await at.device('sensor-1');
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      const lying = await at.invalidDevice('sensor-1');
      await at.store.purge(lying, remainsOf(lying), at);
      at.clock.advance(1);
      const anew = aDevice({ registeredAt: at.clock(), updatedAt: at.clock(), name: 'new life' });
      await at.store.register(anew, at);
      expect(await update({ name: 'old life' }, stale)).toEqual({ outcome: 'changed' });
      expect(await at.read('devices', 'sensor-1')).toEqual(anew);
    });

    it('leaves heartbeats alone that came between read and write', async () => {
      const current = await at.device('sensor-1');
      await at.store.recordHeartbeat('sensor-1', at.clock() + 1, at);
      expect(await update({ name: 'new' }, current)).toEqual({ outcome: 'updated' });
      expect(await at.read('devices', 'sensor-1')).toMatchObject({ name: 'new', lastSeenAt: at.clock() + 1 });
    });

    it('carries the memory of the last restore over to a new serial number', async () => {
      const current = await at.device('sensor-1');
      const lastRestore = aRestore();
      const device = { ...current.record, serialNumber: 'SN-new', version: 2 };
      await at.store.update(current, { device, lastRestore }, at);
      expect(await at.store.readLastRestore({ id: 'sensor-1', serialNumber: 'SN-new' }, at)).toEqual(
        lastRestore,
      );
      expect(
        await at.store.readLastRestore({ id: 'sensor-1', serialNumber: 'SN-sensor-1' }, at),
      ).toBeUndefined();
    });
  });
}
