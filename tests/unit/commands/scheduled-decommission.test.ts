import { START } from '@device-lifecycle/test-kit/clock.ts';
import { useStore } from '@device-lifecycle/test-kit/use-store.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { decommissionOrSchedule } from '../../../shared/commands/decommission-device.ts';
import { createRequests, RETENTION } from '../../support/requests.ts';

const fixture = useStore();
const START_SECONDS = START / 1000;
const DAY = 86_400;

describe('a decommissioning with notBefore', () => {
  let requests: ReturnType<typeof createRequests>;
  let started: { name: string; input: Readonly<Record<string, unknown>> }[];
  beforeEach(async () => {
    started = [];
    requests = createRequests(fixture.at);
    await requests.register();
  });

  const isInService = async () => (await fixture.at.read('devices', 'sensor-1')) !== undefined;

  const schedule = (changes: { requestId?: string; deviceId?: string; notBefore?: number } = {}) =>
    decommissionOrSchedule(
      {
        deviceId: 'sensor-1',
        reason: 'worn out',
        requestedBy: 'sensor-1',
        requestId: 'decommission-1',
        requestedAt: START,
        source: 'device',
        correlationId: 'trace-1',
        ...changes,
      },
      {
        ...fixture.at,
        retention: RETENTION,
        executions: {
          start: async (name, input) => {
            started.push({ name, input });
          },
        },
      },
    );

  it.each([-1, 0])('happens at once when that is past, or this very second (%p s)', async (seconds) => {
    fixture.at.clock.advance(999);
    const answer = await requests.decommission({ notBefore: START_SECONDS + seconds });
    expect(answer).toMatchObject({ outcome: 'decommissioned' });
    expect(await isInService()).toBe(false);
  });

  it('moves nothing a millisecond before its second, and then does', async () => {
    const notBefore = START_SECONDS + 60;
    const scheduled = { deviceId: 'sensor-1', outcome: 'scheduled', notBefore };
    fixture.at.clock.set(notBefore * 1000 - 1);
    const late = createRequests({ ...fixture.at, deadlineEpochMs: Number.POSITIVE_INFINITY });
    expect(await late.decommission({ requestedAt: START, notBefore })).toEqual(scheduled);
    expect(await isInService()).toBe(true);
    fixture.at.clock.advance(1);
    expect(await late.decommission({ requestedAt: START, notBefore })).toMatchObject({
      outcome: 'decommissioned',
    });
  });

  it('counts as asked for at its time: a restore before does not undo it', async () => {
    await requests.decommission();
    fixture.at.clock.advance(1_000);
    await requests.restore();
    fixture.at.clock.advance(1_000);
    const planned = { requestId: 'planned', requestedAt: START, notBefore: START_SECONDS + 2 };
    expect(await requests.decommission(planned)).toMatchObject({ outcome: 'decommissioned' });
  });

  it('does not meet a device that was registered after it was asked for', async () => {
    await requests.decommission();
    await requests.purge();
    fixture.at.clock.advance(1_000);
    await requests.register({ requestId: 'register-2' });
    fixture.at.clock.advance(1_000);
    const planned = { requestId: 'planned', requestedAt: START, notBefore: START_SECONDS + 2 };
    await expect(requests.decommission(planned)).rejects.toMatchObject({ name: 'StaleRequest' });
    expect(await isInService()).toBe(true);
  });

  it('is refused when it is further ahead than an execution can wait', async () => {
    const outcome = { outcome: 'scheduled' };
    expect(await requests.decommission({ notBefore: START_SECONDS + 364 * DAY })).toMatchObject(outcome);
    const tooFar = requests.decommission({ notBefore: START_SECONDS + 364 * DAY + 1 });
    await expect(tooFar).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  it('is left to one execution, which gets the same request, however often it comes', async () => {
    const notBefore = START_SECONDS + 60;
    const answer = await schedule({ notBefore });
    expect(answer).toEqual({ deviceId: 'sensor-1', outcome: 'scheduled', notBefore });
    expect(await schedule({ notBefore })).toEqual(answer);
    expect(started).toHaveLength(2);
    expect(started[0]).toEqual(started[1]);
    expect(started[0]).toEqual({
      name: expect.stringMatching(/^[A-Za-z0-9_-]{1,80}$/),
      input: {
        deviceId: 'sensor-1',
        reason: 'worn out',
        requestedBy: 'sensor-1',
        requestId: 'decommission-1',
        notBefore,
        correlationId: 'trace-1',
      },
    });
  });

  it('fails at once, not after the wait, for a device that there is not', async () => {
    const later = schedule({ deviceId: 'nobody', notBefore: START_SECONDS + 60 });
    await expect(later).rejects.toMatchObject({ name: 'DeviceNotFound' });
    expect(started).toEqual([]);
  });

  it('is answered at once for a device that has left service already', async () => {
    await requests.decommission();
    const later = await schedule({ requestId: 'decommission-2', notBefore: START_SECONDS + 60 });
    expect(later).toMatchObject({ outcome: 'alreadyDecommissioned' });
    expect(started).toEqual([]);
  });

  it('has an execution of its own for each device and request, however long their ids', async () => {
    const notBefore = START_SECONDS + 60;
    const long = 'x'.repeat(127);
    const ids = [
      ['a', 'b'],
      ['b', 'b'],
      ['a', 'c'],
      [`${long}1`, 'b'],
      [`${long}2`, 'b'],
      ['a', `${long}/ä`],
    ];
    for (const deviceId of new Set(ids.map(([deviceId = '']) => deviceId))) {
      await requests.register({ deviceId, serialNumber: deviceId });
    }
    for (const [deviceId = '', requestId = ''] of ids) await schedule({ deviceId, requestId, notBefore });
    expect(new Set(started.map(({ name }) => name)).size).toBe(ids.length);
    for (const { name } of started) expect(name).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
  });

  it('has an execution of its own for each time that is asked for', async () => {
    for (const seconds of [60, 120]) await schedule({ notBefore: START_SECONDS + seconds });
    expect(new Set(started.map(({ name }) => name)).size).toBe(2);
  });

  it('starts no execution when its time has come', async () => {
    expect(await schedule()).toMatchObject({ outcome: 'decommissioned' });
    expect(started).toEqual([]);
  });
});
