import { HandlerError, typesOf } from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';
import { exceedsTolerance } from '../../../src/states/distributed/map-run-record.ts';
import { FleetUnderTest, type Work } from './fleet-under-test.ts';

describe('what a map run tolerates', () => {
  it.each([
    [undefined, undefined, 0, 100, false],
    [undefined, undefined, 1, 100, true],
    [5, undefined, 5, 100, false],
    [5, undefined, 6, undefined, true],
    [undefined, 10, 10, 100, false],
    [undefined, 10, 11, 100, true],
    [undefined, 10, 100, undefined, false],
    [50, 10, 11, 100, true],
    [5, 90, 6, 100, true],
    [undefined, 0.5, 1, 100, true],
    [undefined, 100, 100, 100, false],
  ])(
    'count %s, percentage %s: %i of %s failed, exceeded: %s',
    (count, percentage, failed, total, exceeded) => {
      const tolerance = { toleratedFailureCount: count, toleratedFailurePercentage: percentage };
      expect(exceedsTolerance(tolerance, failed, total)).toBe(exceeded);
    },
  );

  const failing = (devices: readonly string[]) => (event: unknown) => {
    const { Items } = event as Work;
    if (devices.includes(Items[0]?.deviceId ?? '')) throw new HandlerError({ errorType: 'Throttled' });
    return 'done';
  };

  it('fails the run, with AWS’s error, as soon as more items failed than are tolerated', async () => {
    const fleet = new FleetUnderTest(
      100,
      { ToleratedFailureCount: '{% $states.input.count %}', MaxConcurrency: 1 },
      { handler: failing(['device-10', 'device-30']) },
    );
    const executionArn = fleet.start({ count: 10 });
    await fleet.until(async () => (await fleet.status(executionArn)) !== 'RUNNING');

    const outcome = await fleet.outcome(executionArn);
    expect(outcome).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    });
    expect(typesOf(outcome).slice(3)).toEqual([
      'MapRunStarted',
      'MapRunFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
    expect(outcome.events[4]).toMatchObject({
      mapRunFailedEventDetails: { error: 'States.ExceedToleratedFailureThreshold' },
    });
    expect(await fleet.mapRun(executionArn)).toMatchObject({
      status: 'FAILED',
      toleratedFailureCount: 10,
      itemCounts: { failed: 20, succeeded: 20, running: 0 },
      executionCounts: { failed: 2, succeeded: 2, running: 0 },
    });
  });

  it('judges a percentage by all items, and carries on within it', async () => {
    const fleet = new FleetUnderTest(
      100,
      { ToleratedFailurePercentage: 10, MaxConcurrency: 1 },
      { handler: failing(['device-0']) },
    );
    const executionArn = fleet.start();
    await fleet.until(async () => (await fleet.status(executionArn)) !== 'RUNNING');

    const { status, output } = await fleet.outcome(executionArn);
    expect(status).toBe('SUCCEEDED');
    expect(output).toHaveLength(10);
    // What failed is not transformed.
    expect((output as unknown[])[0]).toMatchObject({ Status: 'FAILED', Error: 'Throttled' });
    expect((output as unknown[])[9]).toBe('done');
  });

  it('fails the run by a percentage once more have failed', async () => {
    const fleet = new FleetUnderTest(
      100,
      { ToleratedFailurePercentage: '{% 9.5 %}' },
      { handler: failing(['device-90']) },
    );
    const executionArn = fleet.start();
    await fleet.until(async () => (await fleet.status(executionArn)) !== 'RUNNING');
    expect(await fleet.mapRun(executionArn)).toMatchObject({
      status: 'FAILED',
      toleratedFailurePercentage: 9.5,
    });
  });
});
