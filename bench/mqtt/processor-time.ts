import { readdir, readFile } from 'node:fs/promises';

/** Linux counts in hundredths of a second, whatever the machine. proc(5), `/proc/pid/stat`; USER_HZ */
const TICKS_A_SECOND = 100;

interface Usage {
  readonly name: string;
  readonly parentPid: number;
  readonly seconds: number;
}

/** Processor time in seconds, by who has used it. */
export type ProcessorTimes = Readonly<
  Record<'clients' | 'runtime' | 'functions' | 'v8' | 'engine' | 'idle', number>
>;

async function usageOf(path: string): Promise<Usage | undefined> {
  let text: string;
  try {
    text = await readFile(`${path}/stat`, 'utf8');
  } catch (error) {
    // It has ended since the directory was read.
    if (['ENOENT', 'ESRCH'].includes(Object(error).code)) return undefined;
    throw error;
  }
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const name = text.slice(text.indexOf('(') + 1, end);
  return { name, parentPid: Number(fields[1]), seconds: ticks / TICKS_A_SECOND };
}

/** Of all processes, or of the threads of one. */
async function usagesIn(directory: string): Promise<ReadonlyMap<number, Usage>> {
  const ids = (await readdir(directory)).filter((name) => /^\d+$/.test(name));
  const usages = await Promise.all(ids.map((id) => usageOf(`${directory}/${id}`)));
  return new Map(ids.flatMap((id, index) => (usages[index] ? [[Number(id), usages[index]]] : [])));
}

/** What nobody has used, on all processors together. proc(5), `/proc/stat` */
async function idleSeconds(): Promise<number> {
  const [, , , , idle, ioWait] = (await readFile('/proc/stat', 'utf8')).split(/\s+/, 6).map(Number);
  return ((idle ?? 0) + (ioWait ?? 0)) / TICKS_A_SECOND;
}

function descendantsOf(pid: number, processes: ReadonlyMap<number, Usage>): Usage[] {
  const children = [...processes].filter(([, { parentPid }]) => parentPid === pid);
  return children.flatMap(([childPid, usage]) => [usage, ...descendantsOf(childPid, processes)]);
}

const sum = (usages: Iterable<Usage>) => [...usages].reduce((total, { seconds }) => total + seconds, 0);

/** What was used between two moments. */
export function between(before: ProcessorTimes, after: ProcessorTimes): ProcessorTimes {
  const names = Object.keys(after) as (keyof ProcessorTimes)[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as ProcessorTimes;
}

/**
 * What this process, the runtime that it has started, and the table engine of that one have used so far. Functions run
 * in threads that have their names; what is neither theirs nor the main thread's is the compiler's and the collector's.
 */
export async function processorTimes(functionNamePrefix: string): Promise<ProcessorTimes> {
  const processes = await usagesIn('/proc');
  const runtime = [...processes].find(([, { parentPid }]) => parentPid === process.pid);
  if (runtime === undefined) throw new Error('The runtime is not running.');
  const [runtimePid] = runtime;
  const threads = [...(await usagesIn(`/proc/${runtimePid}/task`))];
  // Linux cuts the names of threads off.
  const isFunction = (name: string) => name !== '' && functionNamePrefix.startsWith(name.slice(0, 15));
  const main = threads.filter(([id]) => id === runtimePid).map(([, usage]) => usage);
  const functions = threads
    .filter(([id, { name }]) => id !== runtimePid && isFunction(name))
    .map(([, usage]) => usage);
  return {
    clients: sum([processes.get(process.pid)].filter((usage) => usage !== undefined)),
    runtime: sum(main),
    functions: sum(functions),
    v8: runtime[1].seconds - sum(main) - sum(functions),
    engine: sum(descendantsOf(runtimePid, processes)),
    idle: await idleSeconds(),
  };
}
