import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { descendantsOf, usageOf } from './fleet/processes.ts';
import { type FleetRuntime, startRuntime } from './fleet/runtime.ts';
import { median } from './measure.ts';
import { type Figure, printFigures, saveResult } from './results.ts';

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
  const { rssBytes } = await runtime.heap();
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

function figuresOf(starts: readonly Start[]): Figure[] {
  const medianOf = (of: keyof Start) => median(starts.map((start) => start[of]));
  const [ready, empty, idle] = [medianOf('readySeconds'), medianOf('emptySeconds'), medianOf('idleMb')];
  return [
    {
      what: 'seconds until npm start is ready',
      measured: `${ready.toPrecision(3)} s, ×${(ready / empty).toPrecision(3)}`,
      reference: `${empty.toPrecision(3)} s underneath`,
      goal: `at most ${READY_GOAL_SECONDS} s`,
      isMet: ready <= READY_GOAL_SECONDS,
    },
    {
      what: 'memory of the idle runtime and its table engine',
      measured: `${idle.toPrecision(3)} MB`,
      reference: '',
      goal: `at most ${MEMORY_GOAL_MB} MB`,
      isMet: idle <= MEMORY_GOAL_MB,
    },
  ];
}

/** Starts of the service, which is packaged already; underneath, a Node.js that does nothing. */
export async function measureRuntime(args: readonly string[]): Promise<void> {
  // Packages the service, unless that was done.
  await startOnce();
  const starts: Start[] = [];
  const rounds = args.includes('--quick') ? 1 : ROUNDS;
  for (let round = 0; round < rounds; round += 1) starts.push(await startOnce());
  const figures = figuresOf(starts);
  printFigures(figures);
  await saveResult({
    name: 'runtime',
    title: 'the start and the memory of the laptop runtime',
    command: 'npm run bench -- runtime',
    figures,
    raw: starts,
  });
}
