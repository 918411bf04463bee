import { START } from '@device-lifecycle/test-kit/clock.ts';
import { createTool } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { follow } from '../../src/fleet/follow.ts';
import type { FleetRuns, MapRun, Run } from '../../src/fleet/ports.ts';

const ARN = 'arn:aws:states:eu-west-1:1:execution:device-lifecycle-dev-decommission-fleet:x-1';
const RUN: Run = {
  executionArn: ARN,
  name: 'x-1',
  status: 'RUNNING',
  startedAtMs: START,
  input: { source: {} },
};
const MAP_RUN: MapRun = {
  mapRunArn: 'arn:map',
  isRunning: true,
  counts: { total: 100, succeeded: 0, failed: 0, resultsWritten: 0 },
  maxConcurrency: 10,
  toleratedFailurePercentage: 10,
  items: {},
  batches: {},
};

/** A run as it is at each look; what is thrown at it comes as an error. */
function runsThatAre(...looks: readonly ([Run, MapRun?] | Error)[]) {
  let at = -1;
  const now = () => looks[Math.min(at, looks.length - 1)] ?? new Error('Nothing was looked at');
  const runs: Pick<FleetRuns, 'describe' | 'findMapRun'> = {
    async describe() {
      at += 1;
      const look = now();
      if (look instanceof Error) throw look;
      return look[0];
    },
    findMapRun: async () => (now() as [Run, MapRun?])[1],
  };
  return { runs: runs as FleetRuns, looks: () => at + 1 };
}

const counting = (succeeded: number, failed = 0): MapRun => ({
  ...MAP_RUN,
  counts: { ...MAP_RUN.counts, succeeded, failed },
});

const watch = (runs: FleetRuns, tool = createTool()) =>
  follow(runs, ARN, { title: 'Moving', total: 100 }, tool.context());

describe('following a run', () => {
  it('shows count, rate, failures and the time that is left', async () => {
    const { runs } = runsThatAre(
      [RUN],
      [RUN, counting(0)],
      [RUN, counting(20, 10)],
      [{ ...RUN, status: 'SUCCEEDED' }],
    );
    const tool = createTool();
    expect(await watch(runs, tool)).toMatchObject({ run: { status: 'SUCCEEDED' } });
    const { done, failed, perSecond = 0, secondsLeft = 0 } = Object(tool.said.progress[3]);
    expect({ done, failed }).toEqual({ done: 30, failed: 10 });
    expect(perSecond * secondsLeft).toBeCloseTo(70);
  });

  it('waits for the results of a run that was stopped, which come after its end', async () => {
    const stopped: Run = { ...RUN, status: 'ABORTED' };
    const ended = { ...counting(20, 10), isRunning: false };
    const written = { ...ended, counts: { ...ended.counts, resultsWritten: 30 } };
    const { runs, looks } = runsThatAre([stopped, counting(0)], [stopped, ended], [stopped, written]);
    expect(await watch(runs)).toMatchObject({ mapRun: written });
    expect(looks()).toBe(3);
  });

  it('gives up waiting for results that never come', async () => {
    const ended = { ...counting(20), isRunning: false };
    const { runs } = runsThatAre([{ ...RUN, status: 'ABORTED' }, ended]);
    expect(await watch(runs)).toMatchObject({ run: { status: 'ABORTED' } });
  });

  it('bears with a network that is away for a time, and not with one that stays away', async () => {
    const away = Object.assign(new Error('connect ECONNREFUSED'), { name: 'ECONNREFUSED' });
    const back = runsThatAre(away, away, [{ ...RUN, status: 'SUCCEEDED' }]);
    expect(await watch(back.runs)).toMatchObject({ run: { status: 'SUCCEEDED' } });
    const tool = createTool();
    await expect(watch(runsThatAre(away).runs, tool)).rejects.toThrow('The run goes on all the same');
    expect(tool.clock() - START).toBeGreaterThanOrEqual(300_000);
  });

  it('has its patience anew once something was seen', async () => {
    const away = Object.assign(new Error('connect ECONNREFUSED'), { name: 'ECONNREFUSED' });
    const minutes = Array.from({ length: 140 }, () => away); // a look every two seconds
    const { runs } = runsThatAre(...minutes, [RUN], ...minutes, [{ ...RUN, status: 'SUCCEEDED' }]);
    expect(await watch(runs)).toMatchObject({ run: { status: 'SUCCEEDED' } });
  });

  it('does not wait where waiting mends nothing', async () => {
    const expired = Object.assign(new Error('x'), { name: 'ExpiredTokenException' });
    const { runs, looks } = runsThatAre(expired);
    await expect(watch(runs)).rejects.toThrow('have expired');
    expect(looks()).toBe(1);
  });
});
