import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../tests/support/random.ts';
import { type KilledRun, runKilled } from './killed-run.ts';

/** What is wrong with it, in one sentence each. */
export function faultsOf(run: KilledRun, devices: number): string[] {
  const { exitCode, output, reported, reportedDevices, decommissioned, inService, moves, movedTwice } = run;
  const done = (reported['decommissioned'] ?? 0) + (reported['alreadyDecommissioned'] ?? 0);
  const lines = Object.values(reported).reduce((sum, count) => sum + count, 0);
  const faults: readonly (readonly [isWrong: boolean, fault: string])[] = [
    [exitCode !== 0, `the command given again ended with ${exitCode}: ${output}`],
    [
      lines !== devices || reportedDevices !== devices,
      `the report has ${lines} lines of ${reportedDevices} devices`,
    ],
    [done !== devices, `the report has ${JSON.stringify(reported)}`],
    [decommissioned !== devices, `${decommissioned} devices are decommissioned`],
    [inService !== 0, `${inService} devices are in service`],
    [moves !== devices || movedTwice !== 0, `${moves} moves, ${movedTwice} devices moved more than once`],
  ];
  return faults.filter(([isWrong]) => isWrong).map(([, fault]) => fault);
}

/** Kills the runtime in the midst of a fleet, again and again. Throws at the end when a device was lost or moved twice. */
export async function measureKills(options: {
  readonly seed: number;
  readonly kills: number;
  readonly killDevices: number;
}): Promise<void> {
  const { seed, kills, killDevices: devices } = options;
  console.log(
    `fleet kill: ${kills} fleets of ${devices} devices, the runtime killed in the midst of each (--seed ${seed})`,
  );
  const random = createRandom(seed);
  const faults: string[] = [];
  for (let round = 0; round < kills; round += 1) {
    const directory = await mkdtemp(join(tmpdir(), 'bench-kill-'));
    try {
      const run = await runKilled({ directory, devices, killAfterDevices: random.below(devices) });
      const wrong = faultsOf(run, devices);
      faults.push(...wrong);
      console.log(
        `  killed after ${String(run.movedBefore).padStart(6)}   ${run.decommissioned} decommissioned, ${run.movedTwice} of them twice   ` +
          `report ${JSON.stringify(run.reported)}   ${run.secondsAfter.toFixed(1)} s after the new start${wrong.length > 0 ? '   WRONG' : ''}`,
      );
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
  if (faults.length > 0) throw new Error(`Fleets did not survive: ${faults.join('; ')}.`);
}
