import { Session } from 'node:inspector/promises';
import { environmentsOf } from '../fleet/environments.ts';
import type { Inspector, Thread } from '../fleet/inspector.ts';
import { usageOf } from '../fleet/processes.ts';
import type { CpuProfile } from './cpu-profile.ts';

const MICROSECONDS_A_MS = 1_000;
const MS_A_SECOND = 1_000;
const SAMPLING_INTERVAL_MICROSECONDS = 250;

/** Processor time in milliseconds. */
export interface ProcessorTime {
  /** By name, with functions' processes; those with the same name are one. */
  readonly threads: ReadonlyMap<string, number>;
  /** What no thread of JavaScript has used: V8's compiler and collector, and Node.js's thread pool. */
  readonly helpersMs: number;
}

/** A Node.js process whose threads can be looked into. */
export interface Observed {
  readonly name: string;
  readonly pid: number;
  threads(): readonly Thread[];
  close(): void;
}

/** This process, which has no workers. */
export function observeThisProcess(name: string): Observed {
  const session = new Session();
  session.connect();
  const send: Thread['send'] = (method, params = {}) =>
    (session.post as unknown as Thread['send'])(method, params);
  return {
    name,
    pid: process.pid,
    threads: () => [{ title: name, send }],
    close: () => session.disconnect(),
  };
}

/** Another process, by its inspector. Its functions are named as in the template, without the stage. */
export function observe(name: string, pid: number, inspector: Inspector): Observed {
  const titleOf = (title: string) => (title === 'main' ? name : title.replace(/^.*-dev-/, ''));
  return {
    name,
    pid,
    threads: () => inspector.threads().map(({ title, send }) => ({ title: titleOf(title), send })),
    close: () => inspector.close(),
  };
}

async function threadMs({ send }: Thread): Promise<number> {
  const expression = 'process.threadCpuUsage()';
  const { result } = await send('Runtime.evaluate', { expression, returnByValue: true });
  const { user, system } = Object(Object(result).value);
  return (user + system) / MICROSECONDS_A_MS;
}

/** What a process has used so far. */
export async function processorTimeOf(observed: Observed): Promise<ProcessorTime> {
  const threads = new Map<string, number>();
  let ofThreads = 0;
  for (const thread of observed.threads()) {
    const ms = await threadMs(thread);
    ofThreads += ms;
    threads.set(thread.title, (threads.get(thread.title) ?? 0) + ms);
  }
  const { cpuSeconds } = await usageOf(observed.pid);
  for (const { pid, functionName } of await environmentsOf(observed.pid)) {
    // One may end while it is looked at.
    const usage = await usageOf(pid).catch(() => ({ cpuSeconds: 0 }));
    threads.set(functionName, (threads.get(functionName) ?? 0) + usage.cpuSeconds * MS_A_SECOND);
  }
  return { threads, helpersMs: cpuSeconds * MS_A_SECOND - ofThreads };
}

/** What was used between two moments. */
export function between(before: ProcessorTime, after: ProcessorTime): ProcessorTime {
  const threads = new Map(
    [...after.threads].map(([title, ms]) => [title, ms - (before.threads.get(title) ?? 0)]),
  );
  return { threads, helpersMs: after.helpersMs - before.helpersMs };
}

/** Samples all threads of a process that there are now while `work` runs. */
export async function profile(
  observed: Observed,
  work: () => Promise<void>,
): Promise<readonly { readonly title: string; readonly profile: CpuProfile }[]> {
  const threads = observed.threads();
  for (const { send } of threads) {
    await send('Profiler.enable');
    await send('Profiler.setSamplingInterval', { interval: SAMPLING_INTERVAL_MICROSECONDS });
    await send('Profiler.start');
  }
  await work();
  const profiles = [];
  for (const { title, send } of threads) {
    const stopped = await send('Profiler.stop');
    profiles.push({ title, profile: stopped['profile'] as CpuProfile });
  }
  return profiles;
}
