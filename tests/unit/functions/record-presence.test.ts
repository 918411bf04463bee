import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useFunction } from './function-fixture.ts';

const fixture = useFunction(() => import('../../../functions/record-presence/handler.ts'));

/** What the rule selects of AWS IoT's own event. */
const event = {
  deviceId: 'sensor-1',
  timestamp: 1_573_002_230_757,
  eventType: 'connected',
  sessionIdentifier: '7f0a5b1c-0000-4000-8000-000000000001',
  versionNumber: 3,
};

describe('the function record-presence', () => {
  beforeAll(async () => {
    await fixture.at.store.register(aDevice(), fixture.at);
  });

  it('notes that a device has connected, and that it has gone', async () => {
    const presence = {
      connected: true,
      sessionIdentifier: event.sessionIdentifier,
      versionNumber: 3,
      at: 1_573_002_230_757,
    };
    expect(await fixture.invoke(event)).toEqual({ outcome: 'recorded' });
    expect(await fixture.at.read('devices', 'sensor-1')).toMatchObject({ presence });
    const gone = { ...event, eventType: 'disconnected', timestamp: event.timestamp + 1 };
    expect(await fixture.invoke(gone)).toEqual({ outcome: 'recorded' });
    const after = { ...presence, connected: false, at: event.timestamp + 1 };
    expect(await fixture.at.read('devices', 'sensor-1')).toMatchObject({ presence: after });
  });

  it.each(['dashboard', 'serialNumber#SN-sensor-1', 'name with spaces'])(
    'takes no notice of the client %p, which is no device',
    async (deviceId) => {
      expect(await fixture.invoke({ ...event, deviceId })).toEqual({ outcome: 'deviceMissing' });
    },
  );

  it('counts the ghost when a decommissioned device connects, and not when it goes', async () => {
    await fixture.at.store.register(aDevice({ id: 'retired' }), fixture.at);
    await fixture.at.decommission('retired');
    const gone = { ...event, deviceId: 'retired', eventType: 'disconnected', timestamp: START + 1 };
    expect(await fixture.invoke(gone)).toEqual({ outcome: 'deviceMissing' });
    expect(await fixture.at.read('invalidDevices', 'retired')).not.toHaveProperty('ghost');
    const back = { ...gone, eventType: 'connected', timestamp: START + 2 };
    expect(await fixture.invoke(back)).toEqual({ outcome: 'deviceMissing' });
    expect(await fixture.at.read('invalidDevices', 'retired')).toMatchObject({
      ghost: { count: 1, lastSeenAt: START + 2, lastOperation: 'presence' },
    });
  });

  it.each([
    { eventType: 'connect_failed' },
    { versionNumber: '3' },
    { timestamp: undefined },
    { deviceId: undefined },
    { deviceId: '' },
    { sessionIdentifier: '\ud800' },
    { timestamp: Number.MAX_SAFE_INTEGER },
  ])('fails, so that the event is kept, with %p', async (changes) => {
    await expect(fixture.invoke({ ...event, ...changes })).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  it('publishes nothing: nobody waits for an answer', async () => {
    await fixture.invoke(event);
    expect(fixture.published()).toEqual([]);
  });
});
