import { rmSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { descendantsOf, environmentsOf, usageOf } from '../fleet/processes.ts';
import { collectedHeap, type FleetRuntime, type Inspector, startRuntime } from '../fleet/runtime.ts';
import type { Percentiles } from './latencies.ts';
import type { World } from './world.ts';

/** What the runtime uses at a moment, garbage included. */
interface Usage {
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
interface Collected {
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

async function evaluate(inspector: Inspector, expression: string): Promise<Readonly<Record<string, number>>> {
  const { result } = await inTime(inspector.send('Runtime.evaluate', { expression, returnByValue: true }));
  return Object(Object(result).value);
}

async function rssOf(pids: readonly number[]): Promise<readonly number[]> {
  const usages = await Promise.all(pids.map((pid) => usageOf(pid).catch(() => undefined)));
  return usages.flatMap((usage) => (usage === undefined ? [] : [usage.rssBytes]));
}

const total = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0);

/** Of all processes under it, but for environments. */
async function engineRss(pid: number): Promise<number> {
  const environments = new Set((await environmentsOf(pid)).map((environment) => environment.pid));
  return total(await rssOf((await descendantsOf(pid)).filter((child) => !environments.has(child))));
}

/** Bytes of the files of a directory; one that is removed meanwhile does not count. */
async function sizeOf(directory: string): Promise<number> {
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

/** Looks into a runtime, through its inspector and by what the system says. */
export class Probe {
  readonly #runtime: FleetRuntime;
  readonly #inspector: Inspector;

  private constructor(runtime: FleetRuntime, inspector: Inspector) {
    this.#runtime = runtime;
    this.#inspector = inspector;
  }

  static async open(runtime: FleetRuntime): Promise<Probe> {
    return new Probe(runtime, await runtime.inspector());
  }

  async usage(): Promise<Usage> {
    const [{ rss = 0, heapUsed = 0, external = 0, loopDelayP99Ms = 0 }, engineRssBytes] = await Promise.all([
      evaluate(this.#inspector, READ_USAGE),
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
    const environments = await environmentsOf(this.#runtime.pid);
    const sizes = await rssOf(environments.map(({ pid }) => pid));
    const { usedBytes, externalBytes } = await inTime(collectedHeap(this.#inspector));
    return {
      runtimeBytes: usedBytes + externalBytes,
      environmentBytes: total(sizes) / Math.max(1, sizes.length),
      environments: sizes.length,
    };
  }

  close(): void {
    this.#inspector.close();
  }
}

/** What was measured of a span of a few seconds, at its end. */
export interface Sample {
  /** Since the load has begun. */
  readonly seconds: number;
  /** Requests a second: what was to be sent, what was sent, and what has ended. */
  readonly targetPerSecond: number;
  readonly sentPerSecond: number;
  readonly endedPerSecond: number;
  /** By what was asked for. */
  readonly latencies: Readonly<Record<string, Percentiles>>;
  /** Messages and executions that wait for their end. */
  readonly inFlight: number;
  /** So far, by kind. */
  readonly letters: Readonly<Record<string, number>>;
  /** So far. */
  readonly accepted: number;
  readonly rejected: number;
  /** Absent where the runtime could not be asked in time. */
  readonly usage?: Usage;
  /** Once a minute, or more often in a short run. */
  readonly collected?: Collected;
  readonly diskBytes?: number;
  readonly logBytes?: number;
}

export interface SoakStack {
  readonly stack: RunningStack;
  readonly runtime: FleetRuntime;
  /** Whether it keeps everything on disk, in `data/` of the directory. */
  readonly isKept: boolean;
  /** Holds all that the stack writes. */
  readonly directory: string;
  /** Ends it, by force when it does not end by itself, and removes what it has written. */
  remove(): Promise<void>;
}

const MAX_STOP_MS = 30_000;

/** Low, so that nearly all requests get through, and each of the ways on which they fail is gone many times in an hour. */
const FAULTS: readonly string[] = [
  'dynamodb:TransactWriteItems=TransactionConflict@0.01',
  'dynamodb:*=ThrottlingException@0.003',
  'dynamodb:*=lostResponse@0.002',
  'iot:*=ThrottlingException@0.01',
  'iotdata:Publish=InternalFailureException@0.003',
  'iotdata:Publish=lostResponse@0.001',
  'events:PutEvents=InternalException@0.01',
  '*:*=delay(200)@0.003',
  'lambda:*=kill@0.0003',
  'lambda:*=duplicate@0.003',
  'mqtt:devices/*=duplicate@0.005',
  'mqtt:*=reorder@0.002',
  'streams:*=duplicate@0.01',
  'streams:*=cut@0.01',
  'engine=kill@0.000001',
];

/** Of the runtime's command line. */
export const faultArguments = (seed: number): readonly string[] => [
  ...FAULTS.flatMap((rule) => ['--fault', rule]),
  '--fault-seed',
  String(seed),
];

interface SoakStackOptions {
  /** Whether it keeps everything on disk. */
  readonly isKept: boolean;
  /** Of the runtime's command line. */
  readonly args: readonly string[];
}

/** Starts the laptop runtime as a process of its own, with an inspector. It ends with this process. */
export async function startSoakStack({ isKept, args }: SoakStackOptions): Promise<SoakStack> {
  const directory = await mkdtemp(join(tmpdir(), 'device-lifecycle-soak-'));
  const removeAtExit = () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', removeAtExit);
  const removeFiles = async () => {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    process.off('exit', removeAtExit);
  };
  try {
    const data = isKept ? ['--data', join(directory, 'data')] : [];
    const runtime = await startRuntime({ directory, args: [...data, ...args] });
    const { stackFile, clientConfig, output } = runtime;
    const stack: RunningStack = {
      ...runtime.stack,
      stackFile,
      clientConfig,
      output,
      async stop() {
        const giveUp = setTimeout(() => void runtime.kill(), MAX_STOP_MS);
        await runtime.stop();
        clearTimeout(giveUp);
        return 0;
      },
      kill: () => runtime.kill(),
    };
    return {
      stack,
      runtime,
      isKept,
      directory,
      async remove() {
        await stack.stop();
        await removeFiles();
      },
    };
  } catch (error) {
    await removeFiles();
    throw error;
  }
}

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/** What cannot be measured just now is left out, and said. */
async function unlessBusy<T>(what: string, value: Promise<T>): Promise<T | undefined> {
  try {
    return await value;
  } catch (error) {
    console.error(`  ${what} could not be measured: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

interface SamplerOptions {
  readonly world: World;
  readonly probe: Probe;
  readonly soakStack: SoakStack;
  /** How often garbage is collected to see what is left, and files are counted; never when absent. */
  readonly collectEveryMs?: number;
}

/** Takes samples of a run, of what has been since the one before. */
export class Sampler {
  readonly #options: SamplerOptions;
  readonly #startedAt = performance.now();
  #lastAt = this.#startedAt;
  #lastSent: number;
  #lastEnded: number;
  #collectAt: number;

  constructor(options: SamplerOptions) {
    this.#options = options;
    // Of what was before.
    options.world.latencies.take();
    this.#lastSent = sum(options.world.ledger.counts().sent);
    this.#lastEnded = this.#ended();
    this.#collectAt = this.#startedAt + (options.collectEveryMs ?? Number.POSITIVE_INFINITY);
  }

  async take(targetPerSecond: number): Promise<Sample> {
    const now = performance.now();
    const { ledger, letters, latencies, executions } = this.#options.world;
    const counts = ledger.counts();
    const [sent, ended] = [sum(counts.sent), this.#ended()];
    const spanSeconds = (now - this.#lastAt) / 1_000;
    const sentPerSecond = (sent - this.#lastSent) / spanSeconds;
    const endedPerSecond = (ended - this.#lastEnded) / spanSeconds;
    [this.#lastAt, this.#lastSent, this.#lastEnded] = [now, sent, ended];
    const taken = latencies.take();
    const usage = await unlessBusy('memory', this.#options.probe.usage());
    return {
      seconds: (now - this.#startedAt) / 1_000,
      targetPerSecond,
      sentPerSecond,
      endedPerSecond,
      latencies: taken,
      inFlight: ledger.inFlight + executions.running,
      letters: { ...letters },
      accepted: counts.accepted,
      rejected: sum(counts.rejected),
      ...(usage !== undefined && { usage }),
      ...(await this.#nowAndThen(now)),
    };
  }

  async #nowAndThen(now: number): Promise<Partial<Sample>> {
    if (now < this.#collectAt) return {};
    this.#collectAt = now + (this.#options.collectEveryMs ?? Number.POSITIVE_INFINITY);
    const { directory, runtime, isKept } = this.#options.soakStack;
    const collected = await unlessBusy('heaps', this.#options.probe.collected());
    const logs = isKept ? join(directory, 'data', 'logs') : runtime.logsDirectory;
    const [diskBytes, logBytes] = await Promise.all([sizeOf(directory), sizeOf(logs)]);
    return { ...(collected !== undefined && { collected }), diskBytes, logBytes };
  }

  #ended(): number {
    const { accepted, rejected, deadLettered } = this.#options.world.ledger.counts();
    return accepted + sum(rejected) + deadLettered;
  }
}
