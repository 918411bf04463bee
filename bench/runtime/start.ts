import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { descendantsOf, usageOf } from '../fleet/processes.ts';
import { type FleetRuntime, startRuntime } from '../fleet/runtime.ts';
import { median } from '../measure.ts';
import type { RuntimePart } from './part.ts';

const ROUNDS = 7;
const READY_GOAL_SECONDS = 1.5;
const MEMORY_GOAL_MB = 200;
const BYTES_PER_MB = 2 ** 20;

interface Start {
  /** From the start of its process until it says that it is ready. */
  readonly readySeconds: number;
  /** Of a Node.js that does nothing, from start to end. */
  readonly emptySeconds: number;
  /** Resident, of all its processes, once garbage is collected. */
  readonly idleMb: number;
}

const secondsSince = (startedAt: number): number => (performance.now() - startedAt) / 1000;

async function timeEmpty(): Promise<number> {
  const startedAt = performance.now();
  await once(spawn(process.execPath, ['--eval', '0'], { stdio: 'ignore' }), 'close');
  return secondsSince(startedAt);
}

/** The runtime's own process is collected before; the table engine's is as it is. */
async function residentBytes(runtime: FleetRuntime): Promise<number> {
  const { rssBytes } = await runtime.heaps();
  const others = await Promise.all((await descendantsOf(runtime.pid)).map(usageOf));
  return others.reduce((sum, other) => sum + other.rssBytes, rssBytes);
}

async function startOnce(): Promise<Start> {
  const emptySeconds = await timeEmpty();
  const startedAt = performance.now();
  const runtime = await startRuntime();
  const readySeconds = secondsSince(startedAt);
  try {
    return { readySeconds, emptySeconds, idleMb: (await residentBytes(runtime)) / BYTES_PER_MB };
  } finally {
    await runtime.stop();
  }
}

/** Starts of the service, which is packaged already; underneath, a Node.js that does nothing. */
export const measureStarts: RuntimePart = async (isQuick) => {
  // Packages the service, unless that was done.
  await startOnce();
  const starts: Start[] = [];
  for (let round = 0; round < (isQuick ? 1 : ROUNDS); round += 1) starts.push(await startOnce());
  return [
    {
      name: 'seconds until npm start is ready',
      unit: 's',
      ours: median(starts.map(({ readySeconds }) => readySeconds)),
      underneath: median(starts.map(({ emptySeconds }) => emptySeconds)),
      goal: { atMost: READY_GOAL_SECONDS },
    },
    {
      name: 'memory of the idle runtime and its table engine',
      unit: 'MB',
      ours: median(starts.map(({ idleMb }) => idleMb)),
      goal: { atMost: MEMORY_GOAL_MB },
    },
  ];
};
