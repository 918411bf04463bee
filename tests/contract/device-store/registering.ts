import { aDecommission, aDevice } from '@device-lifecycle/test-kit/devices.ts';
import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { epochSeconds } from '../../../shared/domain/retention.ts';

export function describeRegistering(createFixture: () => Promise<StoreFixture>): void {
  describe('register', () => {
    let at: StoreFixture;
    beforeEach(async () => {
      at = await createFixture();
    });

    const register = (device = aDevice()) => at.store.register(device, at);

    it('puts the device and a guard for each unique value, without a ttl', async () => {
      const device = aDevice({ macAddress: '02-00-5e-10-00-0a', attributes: { room: 'cellar' } });
      expect(await register(device)).toEqual({ outcome: 'registered' });
      expect(await at.read('devices', 'sensor-1')).toEqual(device);
      expect(await at.read('devices', 'serialNumber#SN-sensor-1')).toEqual({
        id: 'serialNumber#SN-sensor-1',
        deviceId: 'sensor-1',
      });
      expect(await at.read('devices', 'macAddress#02:00:5E:10:00:0A')).toEqual({
        id: 'macAddress#02:00:5E:10:00:0A',
        deviceId: 'sensor-1',
      });
    });

    it('answers with the device that is there, and changes nothing', async () => {
      await register(aDevice({ name: 'first' }));
      const second = await register(aDevice({ name: 'second', serialNumber: 'SN-other' }));
      expect(second).toEqual({ outcome: 'deviceExists', device: aDevice({ name: 'first' }) });
      expect(await at.read('devices', 'serialNumber#SN-other')).toBeUndefined();
    });

    it.each([3_600, undefined])(
      'answers with the decommissioned device (retention: %p s)',
      async (ttlInSeconds) => {
        await register();
        await at.decommission('sensor-1', { ttlInSeconds });
        const answer = await register(aDevice({ serialNumber: 'SN-other' }));
        expect(answer).toMatchObject({
          outcome: 'deviceDecommissioned',
          invalidDevice: { id: 'sensor-1', decommission: aDecommission() },
        });
        expect(await at.read('devices', 'sensor-1')).toBeUndefined();
      },
    );

    it('registers anew over a record that has expired but is still there', async () => {
      await register();
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      at.clock.advance(60_000);
      const device = aDevice({ registeredAt: at.clock(), updatedAt: at.clock() });
      expect(await register(device)).toEqual({ outcome: 'registered' });
      expect(await at.read('devices', 'serialNumber#SN-sensor-1')).toEqual({
        id: 'serialNumber#SN-sensor-1',
        deviceId: 'sensor-1',
      });
    });

    it('takes guards of its own that are left, whose record TTL has removed by a clock that runs ahead', async () => {
      await at.put('devices', {
        id: 'serialNumber#SN-sensor-1',
        deviceId: 'sensor-1',
        ttl: epochSeconds(at.clock()) + 1,
      });
      expect(await register()).toEqual({ outcome: 'registered' });
      expect(await at.read('devices', 'serialNumber#SN-sensor-1')).toEqual({
        id: 'serialNumber#SN-sensor-1',
        deviceId: 'sensor-1',
      });
    });

    it('refuses a registration from before an expired decommissioning: it has been carried out and undone', async () => {
      await register();
      const decommission = { requestedAt: at.clock() + 1 };
      await at.decommission('sensor-1', { ttlInSeconds: 60, decommission });
      at.clock.advance(60_000);
      expect(await register(aDevice({ registeredAt: at.clock() - 60_000 }))).toMatchObject({
        outcome: 'deviceDecommissioned',
      });
      expect(await at.read('devices', 'sensor-1')).toBeUndefined();
    });

    it.each([
      ['serialNumber', { serialNumber: 'SN-shared' }, 'SN-shared'],
      ['macAddress', { macAddress: '02:00:5e:10:00:0a' }, '02:00:5E:10:00:0A'],
    ] as const)('refuses a %s that another device has', async (attribute, identifiers, value) => {
      await register(aDevice({ id: 'owner', ...identifiers }));
      const answer = await register(aDevice({ id: 'latecomer', ...identifiers }));
      expect(answer).toEqual({ outcome: 'identifierTaken', attribute, value, owner: 'owner' });
      expect(await at.read('devices', 'latecomer')).toBeUndefined();
      expect(await at.read('devices', 'serialNumber#SN-latecomer')).toBeUndefined();
    });

    it.each(['02:00:5E:10:00:0A', '02-00-5e-10-00-0a', '02005E10000a'])(
      'knows a MAC address in any notation: %s',
      async (macAddress) => {
        await register(aDevice({ id: 'owner', macAddress: '02:00:5e:10:00:0A' }));
        const answer = await register(aDevice({ id: 'latecomer', macAddress }));
        expect(answer).toMatchObject({ outcome: 'identifierTaken', attribute: 'macAddress', owner: 'owner' });
      },
    );

    it('keeps the identifiers of a decommissioned device reserved up to its ttl, and not beyond', async () => {
      await register();
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      const other = aDevice({ id: 'other', serialNumber: 'SN-sensor-1' });
      at.clock.advance(59_999);
      expect(await register(other)).toMatchObject({ outcome: 'identifierTaken', owner: 'sensor-1' });
      at.clock.advance(1);
      expect(await register(other)).toEqual({ outcome: 'registered' });
    });

    it('keeps them without end under a legal hold', async () => {
      await register();
      await at.decommission('sensor-1', { decommission: { legalHold: true } });
      at.clock.advance(100 * 365 * 86_400_000);
      const late = { ...at, deadlineEpochMs: at.clock() + 5_000 };
      const other = aDevice({ id: 'other', serialNumber: 'SN-sensor-1' });
      expect(await at.store.register(other, late)).toMatchObject({
        outcome: 'identifierTaken',
        owner: 'sensor-1',
      });
    });
  });
}
