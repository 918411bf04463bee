import { readFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { TransactWriteItemsCommand, type TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import { makeFleet } from '@device-lifecycle/test-kit/fleet-devices.ts';
import type { StackFile } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createDynamoDbClient } from '../../shared/adapters/clients.ts';
import { createDeviceStore } from '../../shared/adapters/device-store/device-store.ts';
import { openEngine, openRuntime } from '../fleet/fleets.ts';
import { environmentsOf, findProcess, usageOf } from '../fleet/processes.ts';
import type { Inspector, Thread } from '../fleet/runtime.ts';
import { measureRound } from '../measure.ts';
import { captureCalls, connectAll, makeDevices, moveByCommand, OPERATIONS, putDevices } from '../move.ts';
import type { CpuProfile } from './parts.ts';

const MICROSECONDS_A_MS = 1_000;
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

/** As `npm run bench -- move` has it. */
const CONCURRENCY = 16;

/** Devices that nobody has moved yet. */
export interface Prepared {
  /** Moves them, and does nothing else. */
  move(): Promise<unknown>;
  end?(): void;
}

/** One way to move devices. */
export interface Way {
  readonly name: string;
  prepare(round: string, devices: number): Promise<Prepared>;
}

export interface Ways {
  readonly ways: readonly Way[];
  /** This process, which makes the calls and has the MQTT clients, and the runtime. */
  readonly observed: readonly Observed[];
  readonly enginePid: number;
  /** Resolves once what follows the moves is done. */
  quiet(): Promise<void>;
}

/**
 * All ways on the same tables of one engine: bare calls, the command, the whole way from MQTT to the answer, and a
 * fleet's execution.
 * @param nodeArgs of the runtime
 */
export async function openWays(parts: AsyncDisposableStack, nodeArgs: readonly string[]): Promise<Ways> {
  const { url, seeded } = await openEngine(parts);
  await seeded.enableStreams();
  const { runtime, fleets } = await openRuntime(parts, url, { nodeArgs });
  const { clientConfig } = runtime;
  const stack = { ...(JSON.parse(await readFile(runtime.stackFile, 'utf8')) as StackFile), clientConfig };
  const client = createDynamoDbClient({ ...clientConfig, endpoint: url });
  parts.defer(() => client.destroy());
  const store = createDeviceStore({ client, tables: stack.tables }, OPERATIONS);
  const inspector = await runtime.inspector();
  const observed = [observeThisProcess('caller'), observe('runtime', runtime.pid, inspector)];
  for (const one of observed) parts.defer(() => one.close());

  async function put(letter: string, round: string, count: number) {
    const devices = makeDevices(`${letter}${round}`, count);
    await putDevices(client, stack.tables.devices, devices);
    return devices;
  }
  const bare: Way = {
    name: 'bare',
    async prepare(round, count) {
      const calls = await captureCalls(client, stack.tables, await put('b', round, count));
      const send = async (call: TransactWriteItemsCommandInput) => {
        await client.send(new TransactWriteItemsCommand(call));
      };
      return { move: () => measureRound(calls, CONCURRENCY, send) };
    },
  };
  const command: Way = {
    name: 'command',
    async prepare(round, count) {
      const devices = await put('c', round, count);
      return { move: () => measureRound(devices, CONCURRENCY, ({ id }) => moveByCommand(id, store)) };
    },
  };
  const whole: Way = {
    name: 'whole way',
    async prepare(round, count) {
      const connected = await connectAll(stack, await put('d', round, count));
      return {
        move: () =>
          measureRound(connected, CONCURRENCY, async (device) => {
            const { verdict } = await device.request('decommission', { reason: 'benchmark' });
            if (verdict !== 'accepted') throw new Error(`${device.deviceId} was ${verdict}`);
          }),
        end() {
          for (const { mqtt } of connected) mqtt.end(true);
        },
      };
    },
  };
  const fleet: Way = {
    name: 'fleet',
    async prepare(round, count) {
      const prefix = `fleet${round}`;
      await seeded.put(makeFleet(prefix, count));
      return { move: () => fleets.decommission({ fleet: prefix, devices: count }) };
    },
  };
  return {
    ways: [bare, command, whole, fleet],
    observed,
    enginePid: await findProcess('dynoxide', new URL(url).port),
    quiet: () => runtime.quiet(),
  };
}

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
