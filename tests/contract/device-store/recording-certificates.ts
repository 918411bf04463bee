import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Device } from '../../../shared/domain/device.ts';
import type { Snapshot } from '../../../shared/ports.ts';

export function describeRecordingCertificates(createFixture: () => Promise<StoreFixture>): void {
  describe('recordCertificate', () => {
    let at: StoreFixture;
    let current: Snapshot<Device>;
    beforeEach(async () => {
      at = await createFixture();
      await at.store.register(aDevice({ name: 'kept' }), at);
      current = await at.device('sensor-1');
    });

    const record = (changes: Partial<Device> = {}) =>
      at.store.recordCertificate(
        current,
        { ...current.record, certificateIds: ['first'], version: current.record.version + 1, ...changes },
        at,
      );

    it('changes the certificates and the version, and nothing else', async () => {
      expect(await record({ name: 'ignored' })).toEqual({ outcome: 'recorded' });
      expect(await at.read('devices', 'sensor-1')).toEqual(
        aDevice({ name: 'kept', certificateIds: ['first'], version: 2 }),
      );
    });

    it('leaves a heartbeat alone that came since the device was read', async () => {
      await at.store.recordHeartbeat('sensor-1', at.clock(), at);
      expect(await record()).toEqual({ outcome: 'recorded' });
      expect(await at.read('devices', 'sensor-1')).toMatchObject({ lastSeenAt: at.clock() });
    });

    it('changes nothing on top of another version', async () => {
      await record();
      expect(await record({ certificateIds: ['second'] })).toEqual({ outcome: 'changed' });
      expect(await at.read('devices', 'sensor-1')).toMatchObject({ certificateIds: ['first'], version: 2 });
    });

    it('brings no device back that has left service', async () => {
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      expect(await record()).toEqual({ outcome: 'changed' });
      expect(await at.read('devices', 'sensor-1')).toBeUndefined();
    });
  });
}
