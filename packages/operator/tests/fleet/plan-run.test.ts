import { Readable } from 'node:stream';
import { createFakeFleet, type FakeFleet } from '@device-lifecycle/test-kit/fake-fleet.ts';
import { createTool, testStack } from '@device-lifecycle/test-kit/tool.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { withCheckedStream } from '../../src/fleet/check-file.ts';
import { PLAN_PHASES, planRun, type RunPlan } from '../../src/fleet/plan-run.ts';

let fleet: FakeFleet;

beforeEach(() => {
  fleet = createFakeFleet({ stack: testStack });
});

/** Of an upload, in pieces as networks have them. Resolves to the digest of the devices, too. */
async function plan(
  operation: 'decommission' | 'restore' = 'decommission',
): Promise<RunPlan & { said: unknown[] }> {
  const { context, said, interrupted } = createTool();
  const pieces = Readable.from(
    [...Buffer.from('deviceId\ndev-1\ndev-2\n-bad/\n')].map((byte) => Buffer.of(byte)),
  );
  return withCheckedStream('lot-7.csv', pieces, interrupted.signal, async ({ source, problemCount }) => {
    expect(problemCount).toBe(1);
    const planned = await planRun(fleet.tools, testStack, { source, operation }, context());
    return { ...planned, said: said.progress };
  });
}

describe('a plan of an upload', () => {
  it('has the devices looked up, and says what it costs', async () => {
    const { said, ...planned } = await plan();
    expect(planned).toMatchObject({
      run: { status: 'SUCCEEDED' },
      tally: { outcomes: { wouldDecommission: 2 } },
      forecast: { devices: 2, costUsd: { purge: expect.any(Number) } },
    });
    expect(said.filter((title) => typeof title === 'string')).toEqual(Object.values(PLAN_PHASES));
  });

  it('of what comes back counts that, and no purge', async () => {
    fleet.fateOf = (deviceId) => ({ deviceId, outcome: 'wouldRestore', certificates: 1 });
    expect(await plan('restore')).toMatchObject({
      run: { name: expect.stringMatching(/^restore-/), input: { dryRun: true } },
      forecast: { devices: 2, costUsd: { purge: 0 } },
    });
  });
});
