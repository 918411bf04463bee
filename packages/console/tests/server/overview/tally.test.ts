import { describe, expect, it } from '@jest/globals';
import type { LifecycleEvent, LifecycleEventType } from '../../../src/contract/live.ts';
import { createTally } from '../../../src/server/overview/tally.ts';

const START = new Date(2026, 5, 1, 12).getTime();
const END = START + 5_000;
const LATER = END + 1;
const DAY_MS = 86_400_000;

const ttlAt = (atMs: number) => ({ N: String(atMs / 1_000) });

function event(type: LifecycleEventType, changes: Partial<LifecycleEvent> = {}): LifecycleEvent {
  return {
    type,
    id: 'dev-1/1/2',
    deviceId: 'dev-1',
    registeredAt: 1,
    sequence: 2,
    at: LATER,
    actor: { source: 'device' },
    ...changes,
  };
}

/** Two active devices, one that ends tomorrow, one under hold, one that has ended. */
function counted() {
  const tally = createTally(START);
  for (const S of ['a', 'b', 'serialNumber#a', 'macAddress#b']) tally.takeDevice({ id: { S } });
  tally.takeInvalidDevice({ id: { S: 'c' }, ttl: ttlAt(START + DAY_MS) });
  tally.takeInvalidDevice({ id: { S: 'd' }, ghost: { M: { count: { N: '1' } } } });
  tally.takeInvalidDevice({ id: { S: 'e' }, ttl: ttlAt(START - 60_000) });
  tally.takeInvalidDevice({ id: { S: 'purge#f#ttl#1' }, ttl: ttlAt(START + DAY_MS) });
  tally.end(END);
  return tally;
}

describe('createTally', () => {
  it('counts devices, not their guards nor what is left of purged ones', () => {
    expect(counted().describe(END)).toMatchObject({
      isApproximate: false,
      active: 2,
      decommissioned: 2,
      held: 1,
      ghosts: 1,
      expired: 1,
    });
  });

  it('tells which retentions end today and on the next thirty days, and takes one for expired when its time has come', () => {
    const tally = createTally(START);
    for (const days of [0.1, 0.2, 1, 29, 30, 400]) {
      tally.takeInvalidDevice({ id: { S: `d${days}` }, ttl: ttlAt(START + days * DAY_MS) });
    }
    const { expiringByDay, expiringLater, decommissioned } = tally.describe(END);
    expect(expiringByDay).toHaveLength(31);
    expect(expiringByDay.flatMap(({ count }, day) => (count > 0 ? [[day, count]] : []))).toEqual([
      [0, 2],
      [1, 1],
      [29, 1],
      [30, 1],
    ]);
    expect(expiringByDay[0]?.startMs).toBe(new Date(2026, 5, 1).getTime());
    expect({ expiringLater, decommissioned }).toEqual({ expiringLater: 1, decommissioned: 6 });
    expect(tally.describe(START + 0.15 * DAY_MS)).toMatchObject({ expired: 1, decommissioned: 5 });
    expect(tally.describe(START + 1.5 * DAY_MS)).toMatchObject({ expired: 3, decommissioned: 3 });
  });

  it('counts what happens afterwards', () => {
    const tally = counted();
    tally.follow([event('DeviceRegistered')], { DeviceRegistered: 1 });
    const retention = { ttl: (START + DAY_MS) / 1_000 };
    tally.follow([event('DeviceDecommissioned', { retention })], { DeviceDecommissioned: 1 });
    tally.follow([event('DeviceDecommissioned', { retention: { legalHold: true } })], {
      DeviceDecommissioned: 1,
    });
    tally.follow([event('DeviceUpdated')], { DeviceUpdated: 1 });
    expect(tally.describe(END)).toMatchObject({
      isApproximate: false,
      active: 1,
      decommissioned: 4,
      held: 2,
    });
    const receipt = { recordRemovedAt: LATER };
    tally.follow([event('DevicePurged', { retention, receipt })], { DevicePurged: 1 });
    expect(tally.describe(END)).toMatchObject({ isApproximate: false, decommissioned: 3 });
  });

  it('does not count a purge whose record was gone before', () => {
    const tally = counted();
    const [retention, receipt] = [{ ttl: (START + DAY_MS) / 1_000 }, { recordRemovedAt: START - 1 }];
    tally.follow([event('DevicePurged', { retention, receipt })], { DevicePurged: 1 });
    expect(tally.describe(END)).toMatchObject({ isApproximate: false, decommissioned: 2 });
  });

  it('knows how many were restored, but not which, and says so', () => {
    const tally = counted();
    tally.follow([event('DeviceRestored')], { DeviceRestored: 1 });
    expect(tally.describe(END)).toMatchObject({ isApproximate: true, active: 3, decommissioned: 1 });
  });

  it('counts those of a flood that are not told one by one', () => {
    const tally = counted();
    tally.follow([event('DeviceDecommissioned', { retention: { ttl: LATER } })], {
      DeviceDecommissioned: 2,
      DeviceRegistered: 500,
    });
    expect(tally.describe(END)).toMatchObject({ isApproximate: true, active: 500, decommissioned: 4 });
  });

  it('leaves what happened while it read as it was read, and says that this may be wrong', () => {
    const before = createTally(START);
    before.follow([event('DeviceRegistered', { at: START - 1 })], { DeviceRegistered: 1 });
    before.end(END);
    expect(before.describe(END)).toMatchObject({ isApproximate: false, active: 0 });
    const tally = createTally(START);
    tally.follow([event('DeviceRegistered', { at: START + 1 })], { DeviceRegistered: 1 });
    tally.end(END);
    expect(tally.describe(END)).toMatchObject({ isApproximate: true, active: 0 });
    const late = counted();
    late.follow([event('DeviceRegistered', { at: END })], { DeviceRegistered: 1 });
    expect(late.describe(END)).toMatchObject({ isApproximate: true, active: 2 });
  });
});
