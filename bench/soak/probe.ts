import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentsOf } from '../fleet/environments.ts';
import type { Inspector, Send } from '../fleet/inspector.ts';
import { descendantsOf, usageOf } from '../fleet/processes.ts';
import type { FleetRuntime } from '../fleet/runtime.ts';

/** What the runtime uses at a moment, garbage included. */
export interface Usage {
  /** Of the runtime's own process. */
  readonly rssBytes: number;
  /** Of the main thread. */
  readonly heapBytes: number;
  readonly externalBytes: number;
  /** Of the event loop of the main thread, since the last time. */
  readonly loopDelayP99Ms: number;
  /** Of the table engine, and whatever else the runtime has started besides functions' environments. */
  readonly engineRssBytes: number;
}

/** What is left of the runtime's heap once garbage is collected, and what its environments have. */
export interface Collected {
  readonly runtimeBytes: number;
  /** The mean of the resident memory of functions' environments. */
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

async function rssOf(pids: readonly number[]): Promise<readonly number[]> {
  const usages = await Promise.all(pids.map((pid) => usageOf(pid).catch(() => undefined)));
  return usages.flatMap((usage) => (usage === undefined ? [] : [usage.rssBytes]));
}

const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0);

/** Of all processes under it, but for environments. */
async function engineRss(pid: number): Promise<number> {
  const environments = new Set((await environmentsOf(pid)).map((environment) => environment.pid));
  return sum(await rssOf((await descendantsOf(pid)).filter((child) => !environments.has(child))));
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
      engineRss(this.#runtime.pid),
    ]);
    return {
      rssBytes: rss,
      heapBytes: heapUsed,
      externalBytes: external,
      loopDelayP99Ms,
      engineRssBytes,
    };
  }

  /** Collects the runtime's garbage. Environments that end meanwhile do not count. */
  async collected(): Promise<Collected> {
    const [main] = this.#inspector.threads();
    if (main === undefined) throw new Error('A process has a main thread.');
    const environments = await environmentsOf(this.#runtime.pid);
    const sizes = await rssOf(environments.map(({ pid }) => pid));
    return {
      runtimeBytes: await collect(main.send),
      environmentBytes: sum(sizes) / Math.max(1, sizes.length),
      environments: sizes.length,
    };
  }

  close(): void {
    this.#inspector.close();
  }
}
