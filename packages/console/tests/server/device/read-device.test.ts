import type { DeviceRecords } from '@device-lifecycle/operator/device/records.ts';
import { describe, expect, it } from '@jest/globals';
import { answerOf } from '../../../src/server/device/read-device.ts';

const NOW = Date.UTC(2026, 5, 1);
const SECONDS = NOW / 1_000;

const nothing: DeviceRecords = { device: undefined, invalidDevice: undefined, guards: [], purge: undefined };
const device = { id: 'dev-1', serialNumber: 'SN-1', version: 2, certificateIds: ['c1'], registeredAt: 5 };
const answer = (records: Partial<DeviceRecords>) => answerOf('dev-1', { ...nothing, ...records }, NOW);

describe('answerOf', () => {
  it('tells a record whose retention is over from one that can come back', () => {
    expect(answer({ invalidDevice: { ...device, ttl: SECONDS + 60 } })).toMatchObject({
      state: 'decommissioned',
      isHeld: false,
      expiresAtMs: NOW + 60_000,
    });
    expect(answer({ invalidDevice: { ...device, ttl: SECONDS } }).state).toBe('expired');
    const held = answer({ invalidDevice: device });
    expect(held).toMatchObject({ state: 'decommissioned', isHeld: true });
    expect(held.expiresAtMs).toBeUndefined();
    expect(answer({ device }).state).toBe('active');
    expect(answer({}).state).toBe('unknown');
  });

  it('tells of pending work, of what is being purged, and of guards that are not as they should be', () => {
    expect(answer({ device: { ...device, pendingSince: 7 } })).toMatchObject({
      credentials: 'pending',
      pendingSince: 7,
    });
    const purge = { id: 'purge#dev-1#ttl#1', pendingSince: 8, purge: { at: 8, source: 'ttl' } };
    expect(answer({ purge })).toMatchObject({ state: 'purging', pendingSince: 8, purge: { source: 'ttl' } });
    const guards = [
      { id: 'serialNumber#SN-1', guard: undefined },
      { id: 'macAddress#0A', guard: { deviceId: 'dev-2', ttl: SECONDS } },
    ];
    const { guards: told, problems } = answer({ device, guards });
    expect(told).toEqual([
      { id: 'serialNumber#SN-1' },
      { id: 'macAddress#0A', deviceId: 'dev-2', untilMs: NOW },
    ]);
    expect(problems).toHaveLength(2);
  });

  it('leaves out what has not the shape that the service gives it, and has it in the item', () => {
    const strange = { ...device, name: 7, presence: 'yes', certificateIds: 'c1', type: 'pump' };
    const { record, items } = answer({ device: strange });
    expect(record).toEqual({ serialNumber: 'SN-1', type: 'pump', version: 2, registeredAt: 5 });
    expect(items.device).toEqual(strange);
  });
});
