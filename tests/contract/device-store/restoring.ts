import { aDecommission, aDevice, aRestore } from '@device-lifecycle/test-kit/devices.ts';
import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import type { Item } from '@device-lifecycle/test-kit/tables.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { remainsOf } from '../../support/purges.ts';

const MAC_GUARD = 'macAddress#02:00:5E:10:00:0A';
const SERIAL_GUARD = 'serialNumber#SN-sensor-1';

export function describeRestoring(createFixture: () => Promise<StoreFixture>): void {
  describe('restore', () => {
    const device = aDevice({ macAddress: '02:00:5e:10:00:0a', name: 'pump', attributes: { room: 'cellar' } });
    let at: StoreFixture;
    beforeEach(async () => {
      at = await createFixture();
      await at.store.register(device, at);
    });

    async function restore(
      lastRestore = aRestore(),
      from?: Awaited<ReturnType<StoreFixture['invalidDevice']>>,
    ) {
      const current = from ?? (await at.invalidDevice('sensor-1'));
      return at.store.restore(current, { lastRestore, updatedAt: lastRestore.requestedAt }, at);
    }

    it('gives the device back as it was, but for version and updatedAt', async () => {
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      const lastRestore = aRestore({ requestedAt: at.clock() + 5, version: 2 });
      expect(await restore(lastRestore)).toEqual({ outcome: 'restored' });
      expect(await at.read('devices', 'sensor-1')).toEqual({
        ...device,
        version: 2,
        updatedAt: at.clock() + 5,
      });
      expect(await at.read('invalidDevices', 'sensor-1')).toBeUndefined();
      expect(await at.read('devices', MAC_GUARD)).toEqual({ id: MAC_GUARD, deviceId: 'sensor-1' });
      expect(await at.read('devices', SERIAL_GUARD)).toEqual({
        id: SERIAL_GUARD,
        deviceId: 'sensor-1',
        lastRestore,
      });
      expect(await at.store.readLastRestore({ id: 'sensor-1', serialNumber: 'SN-sensor-1' }, at)).toEqual(
        lastRestore,
      );
    });

    it('gives back what this code does not know, bit for bit', async () => {
      const unknown: Item = {
        colours: { SS: ['blue', 'red'] },
        levels: { NS: ['1', '2.5'] },
        firmware: { B: new Uint8Array([0, 255, 128, 7]) },
        serial38: { N: '12345678901234567890123456789012345678' },
        decimal38: { N: '12345678901234567890.123456789012345678' },
        nested: { M: { list: { L: [{ NULL: true }, { BOOL: false }, { N: '0.00000000000000000001' }] } } },
        empty: { S: '' },
      };
      const before = await at.readItem('devices', 'sensor-1');
      await at.putItem('devices', { ...before, ...unknown });
      const stored = await at.readItem('devices', 'sensor-1');
      expect(stored).toMatchObject({ serial38: unknown['serial38'], decimal38: unknown['decimal38'] });

      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      expect(await at.readItem('invalidDevices', 'sensor-1')).toMatchObject({ ...stored });
      await restore();
      expect(await at.readItem('devices', 'sensor-1')).toEqual({ ...stored, version: { N: '2' } });
    });

    it('works with a legal hold', async () => {
      await at.decommission('sensor-1', { decommission: { legalHold: true } });
      expect(await restore()).toEqual({ outcome: 'restored' });
    });

    it('works up to the ttl, and not from it on', async () => {
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      const current = await at.invalidDevice('sensor-1');
      at.clock.advance(60_000);
      expect(await restore(aRestore(), current)).toEqual({ outcome: 'changed' });
      expect(await at.read('devices', 'sensor-1')).toBeUndefined();
      at.clock.advance(-1);
      expect(await restore(aRestore(), current)).toEqual({ outcome: 'restored' });
    });

    it('answers "changed" when the device is back already', async () => {
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      const stale = await at.invalidDevice('sensor-1');
      await restore();
      expect(await restore(aRestore({ requestId: 'restore-2' }), stale)).toEqual({ outcome: 'changed' });
      expect(
        await at.store.readLastRestore({ id: 'sensor-1', serialNumber: 'SN-sensor-1' }, at),
      ).toMatchObject({ requestId: 'restore-1' });
    });

    it('answers "changed" when the device has come back and left again in between', async () => {
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      const stale = await at.invalidDevice('sensor-1');
      await restore();
      const decommission = { requestId: 'decommission-2', reason: 'again' };
      await at.decommission('sensor-1', { decommission, ttlInSeconds: 60 });
      expect(await restore(aRestore({ requestId: 'restore-2' }), stale)).toEqual({ outcome: 'changed' });
      expect(await at.read('invalidDevices', 'sensor-1')).toMatchObject({
        decommission: aDecommission(decommission),
      });
    });

    it('answers "repeated" to the request that brought the device back before', async () => {
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      await restore();
      await at.decommission('sensor-1', { decommission: { requestId: 'decommission-2' }, ttlInSeconds: 60 });
      const again = aRestore({ version: 3, requestedAt: at.clock() + 1_000 });
      expect(await restore(again)).toEqual({ outcome: 'repeated', lastRestore: aRestore() });
      expect(await at.read('devices', 'sensor-1')).toBeUndefined();
    });

    it('does without guards that DynamoDB’s clock has expired a little early', async () => {
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      const current = await at.invalidDevice('sensor-1');
      await at.store.purge(current, remainsOf(current), at);
      await at.putItem('invalidDevices', current.raw as unknown as Item);
      expect(await restore()).toEqual({ outcome: 'restored' });
      expect(await at.read('devices', SERIAL_GUARD)).toMatchObject({ deviceId: 'sensor-1' });
    });

    it.each([
      ['a guard is another’s', { id: MAC_GUARD, deviceId: 'stranger' }],
      ['the device is in both tables', { id: 'sensor-1', name: 'double' }],
    ])('brings nothing back and calls for a person when %s', async (_, intruder) => {
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      await at.put('devices', intruder);
      await expect(restore()).rejects.toMatchObject({ name: 'IntegrityViolation' });
      expect(await at.read('invalidDevices', 'sensor-1')).toBeDefined();
      expect(await at.read('devices', intruder.id)).toEqual(intruder);
    });
  });

  describe('purge', () => {
    let at: StoreFixture;
    beforeEach(async () => {
      at = await createFixture();
      await at.store.register(aDevice({ macAddress: '02:00:5e:10:00:0a' }), at);
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
    });

    it('removes the record and its guards, so that its identifiers are free', async () => {
      const lying = await at.invalidDevice('sensor-1');
      const remains = remainsOf(lying);
      expect(await at.store.purge(lying, remains, at)).toEqual({ outcome: 'purged' });
      expect(await at.store.readPurge(remains.id, at)).toMatchObject(remains);
      expect(await at.read('invalidDevices', 'sensor-1')).toBeUndefined();
      expect(await at.read('devices', SERIAL_GUARD)).toBeUndefined();
      expect(await at.read('devices', MAC_GUARD)).toBeUndefined();
      expect(await at.store.register(aDevice(), at)).toEqual({ outcome: 'registered' });
    });

    it('answers "changed" when the device has come back, and leaves it alone', async () => {
      const stale = await at.invalidDevice('sensor-1');
      await at.store.restore(stale, { lastRestore: aRestore(), updatedAt: at.clock() }, at);
      expect(await at.store.purge(stale, remainsOf(stale), at)).toEqual({ outcome: 'changed' });
      expect(await at.read('devices', SERIAL_GUARD)).toMatchObject({ deviceId: 'sensor-1' });
    });

    it('answers "changed" once the retention is over: its identifiers may be another’s by then', async () => {
      const stale = await at.invalidDevice('sensor-1');
      at.clock.advance(60_000);
      const heir = aDevice({ id: 'heir', serialNumber: 'SN-sensor-1' });
      expect(await at.store.register(heir, at)).toEqual({ outcome: 'registered' });
      expect(await at.store.purge(stale, remainsOf(stale), at)).toEqual({ outcome: 'changed' });
      expect(await at.read('devices', SERIAL_GUARD)).toMatchObject({ deviceId: 'heir' });
    });

    it('answers "repeated" to the request that has purged the device, also when it is back by then', async () => {
      const lying = await at.invalidDevice('sensor-1');
      await at.store.purge(lying, remainsOf(lying), at);
      expect(await at.store.purge(lying, remainsOf(lying), at)).toEqual({ outcome: 'repeated' });
      await at.store.register(aDevice(), at);
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      const next = await at.invalidDevice('sensor-1');
      expect(await at.store.purge(next, remainsOf(next), at)).toEqual({ outcome: 'repeated' });
      expect(await at.read('invalidDevices', 'sensor-1')).toBeDefined();
    });

    it('answers "changed" when it is under legal hold by now', async () => {
      const stale = await at.invalidDevice('sensor-1');
      const { ttl: _, ...held } = stale.raw as unknown as Item;
      await at.putItem('invalidDevices', held);
      expect(await at.store.purge(stale, remainsOf(stale), at)).toEqual({ outcome: 'changed' });
      expect(await at.read('invalidDevices', 'sensor-1')).toBeDefined();
    });

    it('removes nothing and calls for a person when a guard is another’s', async () => {
      await at.put('devices', { id: MAC_GUARD, deviceId: 'stranger' });
      const lying = await at.invalidDevice('sensor-1');
      const purge = at.store.purge(lying, remainsOf(lying), at);
      await expect(purge).rejects.toMatchObject({ name: 'IntegrityViolation' });
      expect(await at.read('invalidDevices', 'sensor-1')).toBeDefined();
    });
  });
}
