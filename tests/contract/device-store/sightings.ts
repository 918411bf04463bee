import { START } from '@device-lifecycle/test-kit/clock.ts';
import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Presence } from '../../../shared/domain/device.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const connected = (sessionIdentifier: string, versionNumber: number, at: number): Presence => ({
  connected: true,
  sessionIdentifier,
  versionNumber,
  at,
});
const disconnected = (...parts: Parameters<typeof connected>): Presence => ({
  ...connected(...parts),
  connected: false,
});

/** What is stored, what comes, and whether it is newer: AWS's page on lifecycle events, case by case. */
const ORDER: readonly (readonly [what: string, stored: Presence, incoming: Presence, outcome: string])[] = [
  ['the end of the session', connected('a', 3, START), disconnected('a', 3, START + 1), 'recorded'],
  [
    'the end of a session that began hours ago',
    connected('a', 3, START),
    disconnected('a', 3, START + 9 * HOUR),
    'recorded',
  ],
  [
    'the end stamped before the beginning',
    connected('a', 3, START),
    disconnected('a', 3, START - MINUTE),
    'recorded',
  ],
  ['the beginning after the end', disconnected('a', 3, START), connected('a', 3, START - 5), 'unchanged'],
  ['the beginning again', connected('a', 3, START), connected('a', 3, START), 'unchanged'],
  ['the end again', disconnected('a', 3, START), disconnected('a', 3, START), 'unchanged'],
  ['the next session', disconnected('a', 3, START), connected('b', 4, START + 5), 'recorded'],
  [
    'the next session, stamped up to two minutes early',
    disconnected('a', 3, START),
    connected('b', 4, START - 2 * MINUTE),
    'recorded',
  ],
  [
    'the end of the session before',
    connected('b', 4, START),
    disconnected('a', 3, START + MINUTE),
    'unchanged',
  ],
  [
    'a session after an hour offline, whose versions restart at 0',
    disconnected('a', 7, START),
    connected('b', 0, START + HOUR),
    'recorded',
  ],
  [
    'the end of a session from before the versions restarted',
    connected('b', 0, START + HOUR),
    disconnected('a', 7, START),
    'unchanged',
  ],
  ['a later session of the same version', connected('a', 0, START), connected('b', 0, START + 1), 'recorded'],
  [
    'an earlier session of the same version',
    connected('a', 0, START),
    connected('b', 0, START - 1),
    'unchanged',
  ],
];

export function describeSightings(createFixture: () => Promise<StoreFixture>): void {
  describe('heartbeats and presence', () => {
    let at: StoreFixture;
    beforeEach(async () => {
      at = await createFixture();
      await at.store.register(aDevice(), at);
    });

    it('records a first heartbeat and a later one', async () => {
      expect(await at.store.recordHeartbeat('sensor-1', START + 1, at)).toEqual({ outcome: 'recorded' });
      expect(await at.store.recordHeartbeat('sensor-1', START + 2, at)).toEqual({ outcome: 'recorded' });
      expect(await at.read('devices', 'sensor-1')).toEqual({ ...aDevice(), lastSeenAt: START + 2 });
    });

    it.each([0, -1])('changes nothing for a heartbeat that is not newer (%p ms)', async (ms) => {
      await at.store.recordHeartbeat('sensor-1', START + 5, at);
      expect(await at.store.recordHeartbeat('sensor-1', START + 5 + ms, at)).toEqual({
        outcome: 'unchanged',
      });
      expect(await at.read('devices', 'sensor-1')).toEqual({ ...aDevice(), lastSeenAt: START + 5 });
    });

    it('creates no device from a heartbeat or a presence event', async () => {
      const missing = { outcome: 'deviceMissing' };
      expect(await at.store.recordHeartbeat('ghost', START, at)).toEqual(missing);
      expect(await at.store.recordPresence('ghost', connected('a', 0, START), at)).toEqual(missing);
      expect(await at.read('devices', 'ghost')).toBeUndefined();
    });

    it('neither brings a decommissioned device back nor changes it', async () => {
      await at.decommission('sensor-1', { ttlInSeconds: 60 });
      const before = await at.read('invalidDevices', 'sensor-1');
      const missing = { outcome: 'deviceMissing' };
      expect(await at.store.recordHeartbeat('sensor-1', START + 9, at)).toEqual(missing);
      expect(await at.store.recordPresence('sensor-1', connected('a', 0, START), at)).toEqual(missing);
      expect(await at.read('devices', 'sensor-1')).toBeUndefined();
      expect(await at.read('invalidDevices', 'sensor-1')).toEqual(before);
    });

    it('records a first presence event', async () => {
      const presence = disconnected('a', 0, START);
      expect(await at.store.recordPresence('sensor-1', presence, at)).toEqual({ outcome: 'recorded' });
      expect(await at.read('devices', 'sensor-1')).toEqual({ ...aDevice(), presence });
    });

    it.each(ORDER)('orders presence events: %s', async (_, stored, incoming, outcome) => {
      await at.store.recordPresence('sensor-1', stored, at);
      expect(await at.store.recordPresence('sensor-1', incoming, at)).toEqual({ outcome });
      const presence = outcome === 'recorded' ? incoming : stored;
      expect(await at.read('devices', 'sensor-1')).toMatchObject({ presence });
    });
  });
}
