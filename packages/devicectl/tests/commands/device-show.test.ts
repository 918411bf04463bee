import type { DeviceRecords } from '@device-lifecycle/operator/device/records.ts';
import { START } from '@device-lifecycle/test-kit/clock.ts';
import { createTool } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { showDevice } from '../../src/commands/device/show.ts';

const record = {
  id: 'dev-1',
  serialNumber: 'SN-1',
  name: 'pump\u001b[31m',
  attributes: { room: 'north' },
  version: 2,
  certificateIds: ['c'.repeat(64)],
  registeredAt: START - 86_400_000,
  updatedAt: START - 1_000,
  presence: { connected: true, sessionIdentifier: 's', versionNumber: 3, at: START },
};
const none: DeviceRecords = { device: undefined, invalidDevice: undefined, guards: [], purge: undefined };
const guard = { id: 'serialNumber#SN-1', guard: { id: 'serialNumber#SN-1', deviceId: 'dev-1' } };
const active: DeviceRecords = { ...none, device: record, guards: [guard] };
const decommission = {
  at: START,
  reason: 'recall',
  requestedBy: 'ann',
  requestId: 'r-1',
  requestedAt: START,
  source: 'execution',
};
const out = (more: object = {}): DeviceRecords => ({
  ...none,
  invalidDevice: { ...record, decommission, credentials: 'inactive', ttl: START / 1000 + 90_000, ...more },
  guards: [guard],
});

async function show(records: DeviceRecords, values: Readonly<Record<string, unknown>> = {}) {
  const tool = createTool();
  const exitCode = await showDevice(tool.context(values, ['dev-1']), async () => records).catch(
    (error: unknown) => Object(error).exitCode,
  );
  return { exitCode, text: tool.said.out.join('\n') };
}

const json = async (records: DeviceRecords) => JSON.parse((await show(records, { json: true })).text);

describe('a device, as the tables have it', () => {
  it('is in service', async () => {
    expect(await json(active)).toEqual({
      deviceId: 'dev-1',
      state: 'active',
      serialNumber: 'SN-1',
      name: 'pump\u001b[31m',
      version: 2,
      attributes: { room: 'north' },
      certificateIds: ['c'.repeat(64)],
      credentials: 'active',
      registeredAt: new Date(START - 86_400_000).toISOString(),
      updatedAt: new Date(START - 1_000).toISOString(),
      presence: { connected: true, at: new Date(START).toISOString() },
      legalHold: false,
      guards: [{ id: 'serialNumber#SN-1', deviceId: 'dev-1' }],
      problems: [],
    });
    const { exitCode, text } = await show(active);
    expect(exitCode).toBe(0);
    expect(text).toMatch(/^device {10}dev-1\nstate {11}active\n/);
    expect(text).toContain('pump\\u001b[31m');
  });

  it('is out of service, with the time that is left', async () => {
    expect(await json(out())).toMatchObject({
      state: 'decommissioned',
      credentials: 'inactive',
      secondsLeft: 90_000,
      expiresAt: new Date(START + 90_000_000).toISOString(),
      decommission: { at: new Date(START).toISOString(), reason: 'recall', requestedBy: 'ann' },
    });
    const { text } = await show(out());
    expect(text).toContain('1 d 1 h left');
    expect(text).toMatch(/^decommissioned {2}\S+ by ann: recall$/m);
    expect((await show(out({ ttl: START / 1000 - 1 }))).text).toContain('its retention is over');
  });

  it('is out of service under legal hold, and still heard of', async () => {
    const hold = { at: START, reason: 'case 4711', requestedBy: 'bob', remainingSeconds: 10 };
    const ghost = { count: 3, firstSeenAt: START, lastSeenAt: START, lastOperation: 'heartbeat' };
    const held = out({ ttl: undefined, hold, ghost });
    expect(await json(held)).toMatchObject({
      legalHold: true,
      hold: { reason: 'case 4711' },
      ghost: { count: 3 },
    });
    const { text } = await show(held);
    expect(text).toContain('decommissioned, under legal hold');
    expect(text).toMatch(/^legal hold {6}since \S+ by bob: case 4711$/m);
    expect(text).toContain('in 3 minutes since it left service');
  });

  it('is being removed', async () => {
    const purge = {
      id: 'purge#dev-1#ttl#1',
      deviceId: 'dev-1',
      purge: { at: START, source: 'ttl' },
      pendingSince: START,
    };
    expect(await json({ ...none, purge })).toMatchObject({
      state: 'purging',
      purge: { purgeId: 'purge#dev-1#ttl#1', source: 'ttl' },
      pendingSince: new Date(START).toISOString(),
    });
  });

  it('is not there', async () => {
    expect(await show(none)).toEqual({ exitCode: 3, text: '' });
    const { exitCode, text } = await show(none, { json: true });
    expect([exitCode, JSON.parse(text).state]).toEqual([3, 'unknown']);
  });

  it('is not as it should be', async () => {
    const stranger = { id: 'macAddress#02', guard: { id: 'macAddress#02', deviceId: 'dev-2' } };
    const missing = { id: 'serialNumber#SN-1', guard: undefined };
    const records = { ...active, invalidDevice: out().invalidDevice, guards: [missing, stranger] };
    expect((await json(records)).problems).toEqual([
      'It is in both tables.',
      'Its guard serialNumber#SN-1 is missing.',
      'Its guard macAddress#02 belongs to dev-2.',
    ]);
    expect((await show(records)).text).toContain('A person has to look.');
  });
});
