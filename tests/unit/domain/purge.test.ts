import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDecommission, aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { describe, expect, it } from '@jest/globals';
import { expiredPurge, fateOf, isDeviceRecord, requestedPurgeId } from '../../../shared/domain/purge.ts';

const invalidDevice = (changes: object = {}) => ({
  ...aDevice({ certificateIds: ['known'] }),
  decommission: aDecommission(),
  credentials: 'inactive' as const,
  ttl: START / 1000 + 60,
  ...changes,
});

describe('what becomes of a certificate of a device that is purged', () => {
  const off = { certificateId: 'known', status: 'INACTIVE', thingNames: ['sensor-1'] };
  const pending = { credentials: 'pending' };

  it.each([
    ['remove', 'its own, turned off', off, {}],
    ['remove', 'its own, revoked', { ...off, status: 'REVOKED' }, {}],
    ['remove', 'its own, detached by hand', { ...off, thingNames: [] }, {}],
    ['remove', 'its own, which nobody has got to turning off', { ...off, status: 'ACTIVE' }, pending],
    ['keep', 'its own, which somebody has turned on since', { ...off, status: 'ACTIVE' }, {}],
    ['keep', 'its own, on its way to another account', { ...off, status: 'PENDING_TRANSFER' }, pending],
    ['detach', 'one that another thing has too', { ...off, thingNames: ['sensor-1', 'sensor-2'] }, {}],
    ['detach', 'one that another thing has alone', { ...off, thingNames: ['sensor-2'] }, {}],
    ['remove', 'one that was there before it left', { ...off, certificateId: 'spare', createdAt: START }, {}],
    ['keep', 'one that was made since', { ...off, certificateId: 'new', createdAt: START + 1 }, {}],
    ['keep', 'one of which nothing is known', { ...off, certificateId: 'new' }, {}],
    [
      'keep',
      'an unknown one that is on, though nobody has got to its own',
      { ...off, certificateId: 'other', createdAt: START, status: 'ACTIVE' },
      pending,
    ],
  ])('%s: %s', (fate, _, certificate, changes) => {
    expect(fateOf(certificate, expiredPurge(invalidDevice(changes), START + 60_000))).toBe(fate);
  });
});

describe('the record of a purge', () => {
  it('has an id that no device can have, and that is the same for each removal of the same record', () => {
    const { id } = expiredPurge(invalidDevice(), START + 60_000);
    expect(isDeviceRecord(id)).toBe(false);
    expect(expiredPurge(invalidDevice(), START + 90_000).id).toBe(id);
    expect(requestedPurgeId('sensor-1', 'purge-1')).not.toBe(id);
    expect(isDeviceRecord('sensor-1')).toBe(true);
  });

  it('keeps of the device what its purge and its receipt need, and nothing that it has reported', () => {
    const record = invalidDevice({ attributes: { room: 12 }, name: 'pump', type: 'camera' });
    const { device } = expiredPurge(record, START + 60_000);
    expect(device).toMatchObject({ type: 'camera', serialNumber: 'SN-sensor-1', certificateIds: ['known'] });
    expect(device).not.toHaveProperty('attributes');
    expect(device).not.toHaveProperty('name');
  });
});
