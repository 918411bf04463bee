import { START } from '@device-lifecycle/test-kit/clock.ts';
import { interfere, useStore } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { injectFaults, inTurn, isTransactWrite, lostResponse } from '../../support/faults.ts';
import { createRequests } from '../../support/requests.ts';

const fixture = useStore();
const DAY = 86_400;
const TTL = START / 1000 + DAY;

const held = { deviceId: 'sensor-1', outcome: 'held' };
const alreadyHeld = { deviceId: 'sensor-1', outcome: 'alreadyHeld' };

describe('a legal hold', () => {
  let requests: ReturnType<typeof createRequests>;
  beforeEach(async () => {
    requests = createRequests(patient());
    await requests.register({ macAddress: '02:00:5e:10:00:0a' });
    await requests.decommission({ retentionDays: 1 });
    fixture.at.clock.advance(1_000);
  });

  /** The tests' clock jumps. */
  const patient = () => ({ ...fixture.at, deadlineEpochMs: Number.POSITIVE_INFINITY });

  const record = () => fixture.at.read('invalidDevices', 'sensor-1');

  /** The record's `ttl`, which is that of its guards as well. */
  async function ttl(): Promise<unknown> {
    const expected = (await record())?.['ttl'];
    for (const id of ['serialNumber#SN-1', 'macAddress#02:00:5E:10:00:0A']) {
      const guard = await fixture.at.read('devices', id);
      expect(guard).toMatchObject({ deviceId: 'sensor-1' });
      expect(guard?.['ttl']).toBe(expected);
    }
    return expected;
  }

  /** With something that happens just before the store's method is called. */
  const interrupted = (method: Parameters<typeof interfere>[1], happens: () => Promise<unknown>) =>
    createRequests(patient(), interfere(fixture.at.store, method, happens));

  describe('holdDevice', () => {
    it('keeps a record and its guards without end, and remembers who asked for it, and what was left', async () => {
      expect(await requests.hold({ correlationId: 'arn:hold' })).toEqual(held);
      expect(await ttl()).toBeUndefined();
      expect(await record()).toMatchObject({
        hold: {
          at: START + 1_000,
          reason: 'case 4711',
          requestedBy: 'counsel',
          requestId: 'hold-1',
          requestedAt: START + 1_000,
          remainingSeconds: DAY - 1,
          correlationId: 'arn:hold',
        },
        holdRequestedAt: START + 1_000,
      });
    });

    it('works up to the last millisecond of the retention, and is too late from the ttl on', async () => {
      fixture.at.clock.set(TTL * 1000);
      await expect(requests.hold()).rejects.toMatchObject({
        name: 'RetentionExpired',
        details: { ttl: TTL },
      });
      fixture.at.clock.set(TTL * 1000 - 1);
      expect(await requests.hold()).toEqual(held);
      expect(await record()).toMatchObject({ hold: { remainingSeconds: 1 } });
    });

    it('is too late when the retention ends between its read and its write', async () => {
      const late = interrupted('hold', async () => fixture.at.clock.set(TTL * 1000)).hold();
      await expect(late).rejects.toMatchObject({ name: 'RetentionExpired' });
      expect(await ttl()).toBe(TTL);
    });

    it('is refused for a device in service, and for one that nobody knows', async () => {
      await expect(requests.hold({ deviceId: 'ghost' })).rejects.toMatchObject({ name: 'DeviceNotFound' });
      await requests.restore();
      await expect(requests.hold()).rejects.toMatchObject({
        name: 'DeviceInService',
        retryable: false,
        message: expect.stringContaining('legalHold'),
      });
    });

    it('says so when the record is held already, and leaves the hold as it is', async () => {
      await requests.hold();
      const before = await record();
      fixture.at.clock.advance(5_000);
      expect(await requests.hold({ requestId: 'hold-2', reason: 'another' })).toEqual(alreadyHeld);
      expect(await record()).toEqual({ ...before, holdRequestedAt: START + 6_000 });
    });

    it('finds a record held that was decommissioned so', async () => {
      await requests.restore();
      await requests.decommission({ requestId: 'decommission-2', legalHold: true });
      expect(await requests.hold()).toEqual(alreadyHeld);
      expect(await record()).not.toHaveProperty('hold');
    });

    it('gives the repetition of a request the same answer: held, released, in service, and out of it again', async () => {
      const requestedAt = fixture.at.clock();
      const again = () => requests.hold({ requestedAt });
      expect(await again()).toEqual(held);
      expect(await again()).toEqual(held);
      fixture.at.clock.advance(1);
      await requests.release();
      expect(await again()).toEqual(held);
      expect(await ttl()).toBeDefined();
      await requests.restore();
      expect(await again()).toEqual(held);
      fixture.at.clock.advance(1);
      await requests.decommission({ requestId: 'decommission-2', retentionDays: 1 });
      expect(await again()).toEqual(held);
      expect(await ttl()).toBeDefined();
    });

    it('is done once when the answer to its write is lost', async () => {
      injectFaults(fixture.at.client, inTurn([lostResponse], isTransactWrite));
      await expect(requests.hold()).rejects.toMatchObject({ name: 'ServiceUnavailable', retryable: true });
      const before = await record();
      expect(await requests.hold()).toEqual(held);
      expect(await record()).toEqual(before);
    });

    it('comes too late after a release that was asked for later', async () => {
      await requests.hold();
      fixture.at.clock.advance(10);
      await requests.release();
      const late = requests.hold({ requestId: 'hold-2', requestedAt: fixture.at.clock() - 1 });
      await expect(late).rejects.toMatchObject({ name: 'StaleRequest' });
      expect(await ttl()).toBeDefined();
    });

    it('comes too late after a release that was asked for later, even if that had nothing to lift', async () => {
      await requests.release();
      const late = requests.hold({ requestedAt: fixture.at.clock() - 1 });
      await expect(late).rejects.toMatchObject({ name: 'StaleRequest' });
      expect(await requests.hold()).toEqual(held);
    });

    it('comes too late for an afterlife that has ended', async () => {
      const late = requests.hold({ requestedAt: START - 1 });
      await expect(late).rejects.toMatchObject({ name: 'StaleRequest' });
      expect(await ttl()).toBe(TTL);
    });

    it('finds a later one in force when it comes late', async () => {
      fixture.at.clock.advance(10);
      await requests.hold();
      expect(await requests.hold({ requestId: 'hold-0', requestedAt: START + 1 })).toEqual(alreadyHeld);
      expect(await record()).toMatchObject({ holdRequestedAt: START + 1_010 });
    });

    it('holds what an earlier release lets go just before it says that there is nothing to do', async () => {
      await requests.hold();
      fixture.at.clock.advance(10);
      const release = () => requests.release({ requestedAt: fixture.at.clock() - 1 });
      expect(await interrupted('recordHoldRequest', release).hold({ requestId: 'hold-2' })).toEqual(held);
      expect(await record()).toMatchObject({ hold: { requestId: 'hold-2' } });
      expect(await ttl()).toBeUndefined();
    });

    it('does not hold what a later release lets go then', async () => {
      await requests.hold();
      fixture.at.clock.advance(10);
      const requestedAt = fixture.at.clock();
      const late = interrupted('recordHoldRequest', async () => {
        fixture.at.clock.advance(1);
        await requests.release();
      }).hold({ requestId: 'hold-2', requestedAt });
      await expect(late).rejects.toMatchObject({ name: 'StaleRequest' });
      expect(await ttl()).toBeDefined();
    });

    it('is answered once when its own repetition comes between', async () => {
      expect(await interrupted('hold', () => requests.hold()).hold()).toEqual(held);
    });

    it('tells of the restore that comes between', async () => {
      const late = interrupted('hold', () => requests.restore()).hold();
      await expect(late).rejects.toMatchObject({ name: 'DeviceInService' });
    });
  });

  describe('releaseDevice', () => {
    const released = (ttlEpochSeconds: number) => ({
      deviceId: 'sensor-1',
      outcome: 'released',
      ttl: ttlEpochSeconds,
    });

    it('gives back what was left of the retention, from now on', async () => {
      await requests.hold();
      fixture.at.clock.advance(1_000_000_000);
      const answer = released(START / 1000 + 1 + 1_000_000 + DAY - 1);
      expect(await requests.release({ reason: 'settled', correlationId: 'arn:release' })).toEqual(answer);
      expect(await ttl()).toBe(answer.ttl);
      expect(await record()).toMatchObject({
        release: {
          at: START + 1_000_001_000,
          reason: 'settled',
          requestedBy: 'counsel',
          requestId: 'release-1',
          requestedAt: START + 1_000_001_000,
          ttl: answer.ttl,
          correlationId: 'arn:release',
        },
        hold: { requestId: 'hold-1' },
      });
    });

    it('never shortens a retention by a hold, and lengthens it by less than two seconds', async () => {
      for (let times = 1; times <= 5; times += 1) {
        fixture.at.clock.advance(333);
        const before = Number(await ttl());
        await requests.hold({ requestId: `hold-${times}` });
        fixture.at.clock.advance(7_100);
        const after = (await requests.release({ requestId: `release-${times}` })).ttl;
        expect(after).toBeGreaterThanOrEqual(before + 7.1);
        expect(after).toBeLessThan(before + 7.1 + 2);
      }
    });

    it('takes the retention that is asked for instead', async () => {
      await requests.hold();
      expect(await requests.release({ retentionDays: 2 })).toEqual(released(START / 1000 + 1 + 2 * DAY));
    });

    it.each([
      ['of its type', 'camera', 7],
      ['by default', undefined, 30],
    ])('counts the retention %s where none had been counted', async (_, type, days) => {
      await requests.register({ deviceId: 'another', serialNumber: 'SN-2', type });
      await requests.decommission({ deviceId: 'another', legalHold: true });
      fixture.at.clock.advance(400 * DAY * 1000);
      expect(await requests.release({ deviceId: 'another' })).toEqual({
        ...released(fixture.at.clock() / 1000 + days * DAY),
        deviceId: 'another',
      });
    });

    it('says so when nothing is held, and leaves the ttl as it is', async () => {
      expect(await requests.release()).toEqual({ deviceId: 'sensor-1', outcome: 'notHeld', ttl: TTL });
      expect(await ttl()).toBe(TTL);
      expect(await record()).not.toHaveProperty('release');
    });

    it('gives the repetition of a request the same answer: held again, in service, and out of it again', async () => {
      await requests.hold();
      const requestedAt = fixture.at.clock();
      const again = () => requests.release({ requestedAt });
      const answer = await again();
      fixture.at.clock.advance(5_000);
      expect(await again()).toEqual(answer);
      await requests.hold({ requestId: 'hold-2' });
      expect(await again()).toEqual(answer);
      expect(await ttl()).toBeUndefined();
      await requests.restore();
      expect(await again()).toEqual(answer);
      fixture.at.clock.advance(1);
      await requests.decommission({ requestId: 'decommission-2', legalHold: true });
      expect(await again()).toEqual(answer);
      expect(await ttl()).toBeUndefined();
    });

    it('is done once when the answer to its write is lost', async () => {
      await requests.hold();
      injectFaults(fixture.at.client, inTurn([lostResponse], isTransactWrite));
      await expect(requests.release()).rejects.toMatchObject({ name: 'ServiceUnavailable' });
      const before = await ttl();
      fixture.at.clock.advance(3_000);
      expect(await requests.release()).toEqual(released(Number(before)));
      expect(await ttl()).toBe(before);
    });

    it('comes too late after a hold that was asked for later', async () => {
      await requests.hold();
      const late = requests.release({ requestedAt: fixture.at.clock() - 1 });
      await expect(late).rejects.toMatchObject({ name: 'StaleRequest' });
      expect(await ttl()).toBeUndefined();
    });

    it('comes too late after a hold that was asked for later, even if that found another in force', async () => {
      await requests.hold();
      fixture.at.clock.advance(10);
      await requests.hold({ requestId: 'hold-2' });
      const late = requests.release({ requestedAt: fixture.at.clock() - 1 });
      await expect(late).rejects.toMatchObject({ name: 'StaleRequest' });
      expect(await ttl()).toBeUndefined();
    });

    it('sees such a hold even if it comes between its read and its write', async () => {
      await requests.hold();
      const requestedAt = fixture.at.clock();
      const late = interrupted('release', async () => {
        fixture.at.clock.advance(10);
        await requests.hold({ requestId: 'hold-2' });
      }).release({ requestedAt });
      await expect(late).rejects.toMatchObject({ name: 'StaleRequest' });
      expect(await ttl()).toBeUndefined();
    });

    it('is refused for a device in service, expired, or unknown', async () => {
      await expect(requests.release({ deviceId: 'ghost' })).rejects.toMatchObject({ name: 'DeviceNotFound' });
      fixture.at.clock.set(TTL * 1000);
      await expect(requests.release()).rejects.toMatchObject({ name: 'RetentionExpired' });
      fixture.at.clock.set(START + 1_000);
      await requests.restore();
      await expect(requests.release()).rejects.toMatchObject({ name: 'DeviceInService' });
    });
  });

  it('does not outlast a restore: the next afterlife has a retention again', async () => {
    await requests.hold();
    expect(await requests.restore()).toMatchObject({ outcome: 'restored' });
    expect(Object.keys((await fixture.at.read('devices', 'sensor-1')) ?? {})).not.toContain('hold');
    fixture.at.clock.advance(1);
    await requests.decommission({ requestId: 'decommission-2', retentionDays: 1 });
    expect(await ttl()).toBe(TTL + 2);
  });

  it('keeps a purge away, also one that has read the record before', async () => {
    const late = interrupted('purge', () => requests.hold()).purge();
    await expect(late).rejects.toMatchObject({ name: 'UnderLegalHold', retryable: false });
    await expect(requests.purge()).rejects.toMatchObject({
      message: expect.stringContaining('release-device'),
    });
    expect(await ttl()).toBeUndefined();
    fixture.at.clock.advance(1);
    await requests.release();
    expect(await requests.purge()).toMatchObject({ outcome: 'purged' });
    await expect(requests.hold({ requestId: 'hold-2' })).rejects.toMatchObject({ name: 'DeviceNotFound' });
  });

  it('is answered once when requests for and against it come all at once, with one ttl for record and guards', async () => {
    const many = Array.from({ length: 8 }, (_, index) => {
      const requestedAt = fixture.at.clock() + Math.floor(index / 2);
      return index % 2 === 0
        ? requests.hold({ requestId: `hold-${index}`, requestedAt })
        : requests.release({ requestId: `release-${index}`, requestedAt: requestedAt + 1 });
    });
    const outcomes = await Promise.allSettled(many);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: 'StaleRequest' });
    }
    // The newest request of all is a release.
    expect(await ttl()).toBeDefined();
    expect(await record()).toMatchObject({ holdRequestedAt: START + 1_004 });
  });

  it('that is asked for with a decommissioning of a device out of service is pointed to hold-device', async () => {
    const hold = requests.decommission({ requestId: 'decommission-2', legalHold: true });
    await expect(hold).rejects.toMatchObject({
      name: 'AlreadyDecommissioned',
      message: expect.stringContaining('hold-device'),
    });
  });
});
