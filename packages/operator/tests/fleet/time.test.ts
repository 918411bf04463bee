import { describe, expect, it } from '@jest/globals';
import { DEFAULT_QUOTAS } from '../../src/fleet/quotas.ts';
import { timeOfCredentials, timeOfMove } from '../../src/fleet/time.ts';

const MILLION = 1_000_000;

describe('how long a fleet of a million devices takes', () => {
  const fleet = { devices: MILLION };

  it('is decided by how many batches may run at a time', () => {
    expect(timeOfMove(fleet, DEFAULT_QUOTAS)).toMatchObject({
      perSecond: 500,
      seconds: 2_000,
      limitedBy: expect.stringContaining('10 batches'),
    });
  });

  it('is decided by the table, or by Lambda, where those may be many', () => {
    expect(timeOfMove(fleet, DEFAULT_QUOTAS, { maxConcurrency: 0 })).toMatchObject({
      perSecond: 1_000,
      limitedBy: expect.stringContaining('4000 write units'),
    });
    expect(
      timeOfMove(fleet, { ...DEFAULT_QUOTAS, concurrentExecutions: 10 }, { maxConcurrency: 100 }),
    ).toMatchObject({ perSecond: 500, limitedBy: expect.stringContaining('Lambda') });
  });

  it('is hours for certificates, at the rate of the reconciler or at the quotas', () => {
    const { seconds, limitedBy } = timeOfCredentials(fleet, DEFAULT_QUOTAS);
    expect(seconds / 3_600).toBeCloseTo(40.06, 2);
    expect(limitedBy).toContain('credentialsCallsPerSecond');
    expect(
      timeOfCredentials({ ...fleet, certificates: 1_000 }, DEFAULT_QUOTAS, {
        credentialsCallsPerSecond: 100,
      }),
    ).toEqual({ seconds: 100, perSecond: 10, limitedBy: "AWS IoT's quotas for certificates" });
  });
});
