import { aDecommission, aDevice, aRestore } from '@device-lifecycle/test-kit/devices.ts';
import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';

export function describeReading(createFixture: () => Promise<StoreFixture>): void {
  describe('reading', () => {
    let at: StoreFixture;
    beforeEach(async () => {
      at = await createFixture();
    });

    it('finds nothing where nothing is', async () => {
      expect(await at.store.readDevice('sensor-1', at)).toBeUndefined();
      expect(await at.store.readInvalidDevice('sensor-1', at)).toBeUndefined();
      expect(await at.store.readBoth('sensor-1', at)).toEqual({});
      expect(
        await at.store.readLastRestore({ id: 'sensor-1', serialNumber: 'SN-sensor-1' }, at),
      ).toBeUndefined();
    });

    it('finds a device in service', async () => {
      await at.store.register(aDevice(), at);
      expect(await at.device('sensor-1')).toMatchObject({ record: aDevice() });
      const both = await at.store.readBoth('sensor-1', at);
      expect(both).toMatchObject({ device: { record: aDevice() } });
      expect(both).not.toHaveProperty('invalidDevice');
      expect(
        await at.store.readLastRestore({ id: 'sensor-1', serialNumber: 'SN-sensor-1' }, at),
      ).toBeUndefined();
    });

    it('finds a decommissioned device, even when it has expired', async () => {
      await at.store.register(aDevice(), at);
      await at.decommission('sensor-1', { ttlInSeconds: 1 });
      at.clock.advance(1_000);
      const record = { ...aDevice(), decommission: aDecommission() };
      expect(await at.invalidDevice('sensor-1')).toMatchObject({ record });
      const both = await at.store.readBoth('sensor-1', at);
      expect(both).toMatchObject({ invalidDevice: { record } });
      expect(both).not.toHaveProperty('device');
    });

    it('finds the device in service beside an expired record of an earlier life', async () => {
      await at.store.register(aDevice(), at);
      await at.decommission('sensor-1', { ttlInSeconds: 1 });
      at.clock.advance(1_000);
      const anew = aDevice({ registeredAt: at.clock() });
      await at.store.register(anew, at);
      expect(await at.store.readBoth('sensor-1', at)).toMatchObject({
        device: { record: anew },
        invalidDevice: { record: aDevice() },
      });
    });

    it('sees every device in exactly one table while it moves to and fro', async () => {
      await at.store.register(aDevice(), at);
      let isMoving = true;
      const move = async () => {
        for (let round = 1; round <= 15; round += 1) {
          const decommission = { requestId: `decommission-${round}`, requestedAt: at.clock() + round };
          await at.decommission('sensor-1', { decommission, ttlInSeconds: 60 });
          const requestedAt = at.clock() + round;
          const lastRestore = aRestore({ requestId: `restore-${round}`, requestedAt, version: round + 1 });
          await at.store.restore(
            await at.invalidDevice('sensor-1'),
            { lastRestore, updatedAt: requestedAt },
            at,
          );
        }
        isMoving = false;
      };
      const look = async () => {
        while (isMoving) {
          const found = Object.keys(await at.store.readBoth('sensor-1', at));
          expect(found).toHaveLength(1);
        }
      };
      await Promise.all([move(), look(), look()]);
    });
  });
}
