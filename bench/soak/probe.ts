import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Inspector, Send } from '../fleet/inspector.ts';
import { usageOf } from '../fleet/processes.ts';
import type { FleetRuntime } from '../fleet/runtime.ts';

/** What the runtime uses at a moment, garbage included. */
export interface Usage {
  /** Of the whole process, with the functions' environments. */
  readonly rssBytes: number;
  /** Of the main thread. */
  readonly heapBytes: number;
  readonly externalBytes: number;
  /** Of the event loop of the main thread, since the last time. */
  readonly loopDelayP99Ms: number;
  /** Of the table engine, and whatever else the runtime has started. */
  readonly engineRssBytes: number;
}

/** What is left of the heaps once garbage is collected. */
export interface Collected {
  readonly runtimeBytes: number;
  /** The mean of the environments of functions. */
  readonly environmentBytes: number;
  readonly environments: number;
}

/** The delay is told in nanoseconds, and includes the ten milliseconds between two looks. */
const READ_USAGE = `(() => {
  const histogram = globalThis.soakLoopDelay ??=
    process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution: 10 });
  histogram.enable();
  const loopDelayP99Ms = histogram.percentile(99) / 1e6;
  histogram.reset();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heapUsed, external, loopDelayP99Ms };
})()`;
const MAX_ANSWER_MS = 20_000;

const inTime = <T>(answer: Promise<T>): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => reject(new Error('The inspector does not answer.')), MAX_ANSWER_MS);
  return Promise.race([answer, promise]).finally(() => clearTimeout(timer));
};

async function evaluate(send: Send, expression: string): Promise<Readonly<Record<string, number>>> {
  const { result } = await inTime(send('Runtime.evaluate', { expression, returnByValue: true }));
  return Object(Object(result).value);
}

async function childrenOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(
    // A thread may end while it is looked at.
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}

/** Of all processes under it. */
async function descendantsRss(pid: number): Promise<number> {
  const children = await childrenOf(pid);
  const sizes = await Promise.all(
    children.map(async (child) => {
      const own = await usageOf(child).catch(() => ({ rssBytes: 0 }));
      return own.rssBytes + (await descendantsRss(child).catch(() => 0));
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Bytes of the files of a directory; one that is removed meanwhile does not count. */
export async function sizeOf(directory: string): Promise<number> {
  const files = await readdir(directory, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    files.map((file) =>
      stat(join(directory, file))
        .then((status) => (status.isFile() ? status.size : 0))
        .catch(() => 0),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function collect(send: Send): Promise<number> {
  // The first collection runs finalizers, and the second collects what they have let go.
  await inTime(send('HeapProfiler.collectGarbage'));
  await inTime(send('HeapProfiler.collectGarbage'));
  const { heapUsed = 0, external = 0 } = await evaluate(send, 'process.memoryUsage()');
  return heapUsed + external;
}

/** Looks into a runtime, through its inspector and by what the system says. */
export class Probe {
  readonly #runtime: FleetRuntime;
  #inspector: Inspector;

  private constructor(runtime: FleetRuntime, inspector: Inspector) {
    this.#runtime = runtime;
    this.#inspector = inspector;
  }

  static async open(runtime: FleetRuntime): Promise<Probe> {
    return new Probe(runtime, await runtime.inspector());
  }

  async usage(): Promise<Usage> {
    const [main] = this.#inspector.threads();
    if (main === undefined) throw new Error('A process has a main thread.');
    const [{ rss = 0, heapUsed = 0, external = 0, loopDelayP99Ms = 0 }, engineRssBytes] = await Promise.all([
      evaluate(main.send, READ_USAGE),
      descendantsRss(this.#runtime.pid),
    ]);
    return {
      rssBytes: rss,
      heapBytes: heapUsed,
      externalBytes: external,
      loopDelayP99Ms,
      engineRssBytes,
    };
  }

  /** Collects the garbage of all threads, one after the other. Environments that end meanwhile do not count. */
  async collected(): Promise<Collected> {
    const [main, ...workers] = this.#inspector.threads();
    if (main === undefined) throw new Error('A process has a main thread.');
    const PAUSE_MS = 20;
    const sizes: number[] = [];
    for (const { send } of workers) {
      const size = await collect(send).catch(() => undefined);
      if (size !== undefined) sizes.push(size);
      await delay(PAUSE_MS);
    }
    return {
      runtimeBytes: await collect(main.send),
      environmentBytes: sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length),
      environments: sizes.length,
    };
  }

  close(): void {
    this.#inspector.close();
  }
}
