import { describe, expect, it } from '@jest/globals';
import type { FleetFailure, FleetTally } from '../../../../src/contract/fleets.ts';
import { canRestore, canRetry, withFailedDevices } from '../../../../src/page/views/fleets/failed-devices.ts';

const tallyOf = (
  outcomes: Readonly<Record<string, number>>,
  ...failures: readonly (readonly [count: number, retryable: boolean])[]
): FleetTally => ({
  devices: 10,
  outcomes,
  certificates: 0,
  failures: failures.map(
    ([count, retryable]): FleetFailure => ({ error: 'Some', count, retryable, examples: [] }),
  ),
});

describe('what can follow a run', () => {
  it.each([
    ['nothing has failed', tallyOf({ decommissioned: 10 }), false],
    ['nothing of it can succeed', tallyOf({ failed: 3 }, [3, false]), false],
    ['something of it can succeed', tallyOf({ failed: 3 }, [2, false], [1, true]), true],
    ['a device was not run', tallyOf({ failed: 3, notRun: 1 }, [3, false]), true],
    ['there are more failures than are told apart', tallyOf({ failed: 4 }, [3, false]), true],
  ])('is a retry, or not, where %s', (_, tally, can) => {
    expect(canRetry(tally)).toBe(can);
  });

  it('is a restoration where devices were decommissioned by it', () => {
    expect(canRestore(tallyOf({ decommissioned: 1 }))).toBe(true);
    expect(canRestore(tallyOf({ alreadyDecommissioned: 10 }))).toBe(false);
  });
});

describe('the bar of a run', () => {
  it.each([
    [undefined, 100],
    [32, 100],
    [132, 132],
    // What has no id is no device that the run counts.
    [300, 250],
  ])('with %p failed devices shows %p of them as failed', (failedDevices, failed) => {
    expect(withFailedDevices({ done: 250, failed: 100, total: 300 }, failedDevices)).toEqual({
      done: 250,
      failed,
      total: 300,
    });
  });
});
