import { describe, expect, it } from '@jest/globals';
import { STEPS, type Step, statesOf } from '../../../../src/page/views/laptop/guide-steps.ts';

const statesWith = (done: readonly Step[], skipped: readonly Step[] = []) =>
  Object.fromEntries(statesOf(new Set(done), new Set(skipped)));

describe('the steps of the guide', () => {
  it('begin with a device', () => {
    expect(statesWith([])).toMatchObject({ made: 'current', registered: 'ahead', reused: 'ahead' });
  });

  it('go on after what has happened, also where a step before was left out', () => {
    expect(statesWith(['made', 'registered', 'decommissioned'])).toMatchObject({
      registered: 'done',
      reported: 'passed',
      decommissioned: 'done',
      turnedAway: 'current',
      restored: 'ahead',
    });
  });

  it('go past what is skipped, and to an end', () => {
    expect(statesWith(['made', 'registered'], ['reported', 'decommissioned'])).toMatchObject({
      reported: 'passed',
      decommissioned: 'passed',
      turnedAway: 'current',
    });
    expect(Object.values(statesWith(STEPS))).toEqual(STEPS.map(() => 'done'));
    expect(Object.values(statesWith(['made'], STEPS.slice(1)))).not.toContain('current');
  });
});
