import { createClock } from '@device-lifecycle/test-kit/clock.ts';
import { aDecommission, aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { describe, expect, it } from '@jest/globals';
import { noteExpiry } from '../../../shared/commands/note-expiry.ts';
import { IntegrityViolation, ServiceUnavailable } from '../../../shared/errors.ts';

const device = { ...aDevice(), decommission: aDecommission(), credentials: 'inactive' as const, ttl: 1 };

describe('noteExpiry', () => {
  const clock = createClock();
  const sleep = async (ms: number) => clock.advance(ms);
  const note = (recordPurge: () => Promise<void>, forMs: number) =>
    noteExpiry(
      { device, removedAt: 5 },
      { store: { recordPurge }, clock, deadlineEpochMs: clock() + forMs, sleep },
    );

  it('sits a fault out that passes', async () => {
    let tries = 0;
    await note(async () => {
      tries += 1;
      if (tries < 4) throw new ServiceUnavailable('DynamoDB does not answer.');
    }, 10_000);
    expect(tries).toBe(4);
  });

  it('gives up when its time is over, to be tried again', async () => {
    let tries = 0;
    const unavailable = async () => {
      tries += 1;
      throw new ServiceUnavailable('DynamoDB does not answer.');
    };
    await expect(note(unavailable, 5_000)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    expect(tries).toBe(5);
  });

  it('does not repeat what no other try mends', async () => {
    let tries = 0;
    const broken = async () => {
      tries += 1;
      throw new IntegrityViolation('broken');
    };
    await expect(note(broken, 10_000)).rejects.toMatchObject({ name: 'IntegrityViolation' });
    expect(tries).toBe(1);
  });
});
