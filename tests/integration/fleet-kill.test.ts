import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@device-lifecycle/test-kit/random.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { expect, it } from '@jest/globals';
import { faultsOf, runKilled } from '../../bench/fleet/kill.ts';

const DEVICES = 800;

it(`a fleet is decommissioned, each device once, though the runtime is killed in the midst of it (TEST_SEED=${TEST_SEED})`, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'fleet-kill-'));
  try {
    // Early enough that there is something left to do.
    const killAfterDevices = createRandom(TEST_SEED).below(DEVICES / 2);

    const run = await runKilled({ directory, devices: DEVICES, killAfterDevices });

    expect(run.movedBefore).toBeLessThan(DEVICES);
    expect(faultsOf(run, DEVICES)).toEqual([]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}, 120_000);
