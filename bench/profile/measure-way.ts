import { setTimeout as delay } from 'node:timers/promises';
import { usageOf } from '../fleet/processes.ts';
import type { CpuProfile } from './cpu-profile.ts';
import { between, type Observed, type ProcessorTime, processorTimeOf, profile } from './processor.ts';
import type { Prepared, Ways } from './ways.ts';

const MS_A_SECOND = 1_000;
const IDLE_MS = 3_000;

/** Milliseconds of processor time, by thread; the engine and what helps a process are threads too. */
export type Times = ReadonlyMap<string, number>;

export interface Sampled {
  readonly title: string;
  readonly profile: CpuProfile;
}

interface Reading {
  readonly at: number;
  readonly processes: readonly ProcessorTime[];
  readonly engineMs: number;
}

async function read({ observed, enginePid }: Ways): Promise<Reading> {
  const at = performance.now();
  const { cpuSeconds } = await usageOf(enginePid);
  const processes = await Promise.all(observed.map(processorTimeOf));
  return { at, engineMs: cpuSeconds * MS_A_SECOND, processes };
}

function timesBetween({ observed }: Ways, start: Reading, end: Reading): Times {
  const times = new Map<string, number>([['engine', end.engineMs - start.engineMs]]);
  for (const [index, { name }] of observed.entries()) {
    const before = start.processes[index];
    const after = end.processes[index];
    if (before === undefined || after === undefined) continue;
    const { threads, helpersMs } = between(before, after);
    for (const [title, ms] of threads) times.set(title, ms);
    times.set(`${name}'s helpers`, helpersMs);
  }
  return times;
}

/** What is used while nobody moves anything, of each second. */
export async function measureIdle(ways: Ways): Promise<Times> {
  await ways.quiet();
  const start = await read(ways);
  await delay(IDLE_MS);
  const end = await read(ways);
  const seconds = (end.at - start.at) / MS_A_SECOND;
  return new Map([...timesBetween(ways, start, end)].map(([title, ms]) => [title, ms / seconds]));
}

/** What moving devices takes of each thread for one of them, beyond what is used anyway. */
export async function measureMoves(
  ways: Ways,
  { move, end }: Prepared,
  {
    devices,
    idle = new Map(),
    untilQuiet,
  }: { readonly devices: number; readonly idle?: Times; readonly untilQuiet: boolean },
): Promise<Times> {
  await ways.quiet();
  const start = await read(ways);
  await move();
  if (untilQuiet) await ways.quiet();
  const stop = await read(ways);
  end?.();
  const seconds = (stop.at - start.at) / MS_A_SECOND;
  const own = (title: string, ms: number) => (ms - seconds * (idle.get(title) ?? 0)) / devices;
  return new Map([...timesBetween(ways, start, stop)].map(([title, ms]) => [title, own(title, ms)]));
}

async function sampleAll(
  [first, ...others]: readonly Observed[],
  work: () => Promise<void>,
): Promise<readonly Sampled[]> {
  if (first === undefined) {
    await work();
    return [];
  }
  let rest: readonly Sampled[] = [];
  const own = await profile(first, async () => {
    rest = await sampleAll(others, work);
  });
  return [...own, ...rest];
}

/** A profile of each thread that there is, while devices move. */
export async function sampleMoves(
  ways: Ways,
  { move, end }: Prepared,
  { untilQuiet }: { readonly untilQuiet: boolean },
): Promise<readonly Sampled[]> {
  await ways.quiet();
  const sampled = await sampleAll(ways.observed, async () => {
    await move();
    if (untilQuiet) await ways.quiet();
  });
  end?.();
  return sampled;
}
