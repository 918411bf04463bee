import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@device-lifecycle/test-kit/random.ts';
import { saveResult } from '../results.ts';
import { type KilledRun, runKilled } from './killed-run.ts';
import { parseOptions } from './options.ts';

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

interface Survived extends Omit<KilledRun, 'output'> {
  readonly faults: readonly string[];
}

async function killOnce(devices: number, killAfterDevices: number): Promise<Survived> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-kill-'));
  try {
    const run = await runKilled({ directory, devices, killAfterDevices });
    const faults = faultsOf(run, devices);
    console.log(
      `  killed after ${String(run.movedBefore).padStart(6)}   ${run.decommissioned} decommissioned, ${run.movedTwice} of them twice   ` +
        `report ${JSON.stringify(run.reported)}   ${run.secondsAfter.toFixed(1)} s after the new start${faults.length > 0 ? '   WRONG' : ''}`,
    );
    const { output: _, ...told } = run;
    return { ...told, faults };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const sumOf = (runs: readonly Survived[], of: (run: Survived) => number): number =>
  runs.reduce((sum, run) => sum + of(run), 0);

/** Kills the runtime in the midst of a fleet, again and again. Throws at the end when a device was lost or moved twice. */
export async function measureKills(args: readonly string[]): Promise<void> {
  const { seed, kills, killDevices: devices } = parseOptions(args);
  console.log(
    `fleet kill: ${kills} fleets of ${devices} devices, the runtime killed in the midst of each (--seed ${seed})`,
  );
  const random = createRandom(seed);
  const runs: Survived[] = [];
  for (let round = 0; round < kills; round += 1) runs.push(await killOnce(devices, random.below(devices)));
  const lost = sumOf(runs, ({ decommissioned }) => devices - decommissioned);
  const movedTwice = sumOf(runs, ({ movedTwice }) => movedTwice);
  const missing = sumOf(runs, ({ reportedDevices }) => devices - reportedDevices);
  const faults = runs.flatMap((run) => run.faults);
  await saveResult({
    name: 'fleet-kill',
    title: 'fleets whose runtime is killed in their midst',
    command: `npm run bench -- fleet-kill --kills ${kills} --kill-devices ${devices} --seed ${seed}`,
    figures: [
      {
        what: 'devices lost, moved twice, missing in the report',
        measured: `${lost}, ${movedTwice}, ${missing}`,
        reference: `${kills} fleets of ${devices}, killed after ${runs.map(({ movedBefore }) => movedBefore).join(', ')} moves`,
        goal: '0, 0, 0',
        isMet: faults.length === 0,
      },
    ],
    raw: { seed, devices, runs },
  });
  if (faults.length > 0) throw new Error(`Fleets did not survive: ${faults.join('; ')}.`);
}
