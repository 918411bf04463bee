import { START } from '@device-lifecycle/test-kit/clock.ts';
import { interfere, useStore } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { recordHeartbeat } from '../../../shared/commands/record-heartbeat.ts';
import { recordPresence } from '../../../shared/commands/record-presence.ts';
import { createRequests } from '../../support/requests.ts';

const fixture = useStore();
const presence = { connected: true, sessionIdentifier: 's', versionNumber: 0, at: START };

describe('recordHeartbeat', () => {
  let requests: ReturnType<typeof createRequests>;
  beforeEach(async () => {
    requests = createRequests(fixture.at);
    await requests.register();
  });

  const beat = (deviceId: string, lastSeenAt: number) =>
    recordHeartbeat({ deviceId, lastSeenAt }, fixture.at);

  it('gives each heartbeat its answer, and keeps the latest', async () => {
    for (const lastSeenAt of [START + 5, START + 3, START + 5]) {
      expect(await beat('sensor-1', lastSeenAt)).toEqual({ deviceId: 'sensor-1', lastSeenAt });
    }
    expect(await fixture.at.read('devices', 'sensor-1')).toMatchObject({ lastSeenAt: START + 5, version: 1 });
  });

  it('is refused for a device that is unknown, decommissioned or expired', async () => {
    await expect(beat('ghost', START)).rejects.toMatchObject({ name: 'DeviceNotFound' });
    const { ttl } = (await requests.decommission({ retentionDays: 1 })) as { ttl: number };
    await expect(beat('sensor-1', START)).rejects.toMatchObject({ name: 'DeviceDecommissioned' });
    fixture.at.clock.set(ttl * 1000);
    const late = recordHeartbeat(
      { deviceId: 'sensor-1', lastSeenAt: START },
      { ...fixture.at, deadlineEpochMs: Number.POSITIVE_INFINITY },
    );
    await expect(late).rejects.toMatchObject({ name: 'DeviceNotFound' });
  });

  it('is recorded after all when the device comes back while it asks what became of it', async () => {
    await requests.decommission();
    const store = interfere(fixture.at.store, 'readBoth', () => requests.restore());
    const input = { deviceId: 'sensor-1', lastSeenAt: START + 9 };
    expect(await recordHeartbeat(input, { ...fixture.at, store })).toEqual(input);
    expect(await fixture.at.read('devices', 'sensor-1')).toMatchObject({ lastSeenAt: START + 9 });
  });
});

describe('recordPresence', () => {
  it('records what a device does, and of others nothing', async () => {
    await createRequests(fixture.at).register();
    const record = (deviceId: string) => recordPresence({ deviceId, presence }, fixture.at);
    expect(await record('sensor-1')).toEqual({ outcome: 'recorded' });
    expect(await record('sensor-1')).toEqual({ outcome: 'unchanged' });
    expect(await record('dashboard')).toEqual({ outcome: 'deviceMissing' });
  });

  it.each(['serialNumber#SN-1', '', 'a client of whatever name'])(
    'touches no item for the client id %p, which is no device’s',
    async (deviceId) => {
      await createRequests(fixture.at).register();
      expect(await recordPresence({ deviceId, presence }, fixture.at)).toEqual({ outcome: 'deviceMissing' });
      expect(await fixture.at.read('devices', 'serialNumber#SN-1')).toEqual({
        id: 'serialNumber#SN-1',
        deviceId: 'sensor-1',
      });
    },
  );
});
