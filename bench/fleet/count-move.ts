import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { addCounts, type Charged, type Counts } from '@device-lifecycle/operator/fleet/prices.ts';
import { makeFleet } from '@device-lifecycle/test-kit/fleet-devices.ts';
import { type CapacityUnits, startCountingProxy } from './counting-proxy.ts';
import { type ChargedRun, openEngine, openRuntime, withParts } from './fleets.ts';
import { QUIET, type RuntimeOptions } from './runtime.ts';

/** What Lambda charges for a function. */
interface FunctionUsage {
  readonly requests: number;
  readonly gbSeconds: number;
  /** Of Express executions that do nothing but invoke the function, each rounded up as AWS does. */
  readonly expressSeconds: number;
  /** Requests and records that it has answered with success, by its lines: of publish-events, an event each. */
  readonly accepted: number;
  /** The most that an environment of it has used. */
  readonly maxMemoryMb: number;
  /** Of all that its log group holds. */
  readonly logBytes: number;
}

const MB_PER_GB = 1024;
const MS_PER_SECOND = 1000;
/** https://aws.amazon.com/step-functions/pricing/ */
const EXPRESS_STEP_MS = 100;

/** What a line of a function's log charges for; `undefined` unless it is Lambda's report of an invocation. */
function chargedBy(
  line: string,
): Pick<FunctionUsage, 'gbSeconds' | 'expressSeconds' | 'maxMemoryMb'> | undefined {
  if (!line.includes('"type":"platform.report"')) return undefined;
  const { billedDurationMs, memorySizeMB, maxMemoryUsedMB } = JSON.parse(line).record.metrics;
  return {
    gbSeconds: (billedDurationMs / MS_PER_SECOND) * (memorySizeMB / MB_PER_GB),
    expressSeconds: (Math.ceil(billedDurationMs / EXPRESS_STEP_MS) * EXPRESS_STEP_MS) / MS_PER_SECOND,
    maxMemoryMb: maxMemoryUsedMB,
  };
}

async function readUsage(files: readonly string[]): Promise<FunctionUsage> {
  let [requests, gbSeconds, expressSeconds, accepted, maxMemoryMb, logBytes] = [0, 0, 0, 0, 0, 0];
  for await (const line of linesOf(files)) {
    logBytes += Buffer.byteLength(line);
    if (line.includes('"message":"accepted"')) accepted += 1;
    const charged = chargedBy(line);
    if (charged === undefined) continue;
    requests += 1;
    gbSeconds += charged.gbSeconds;
    expressSeconds += charged.expressSeconds;
    maxMemoryMb = Math.max(maxMemoryMb, charged.maxMemoryMb);
  }
  return { requests, gbSeconds, expressSeconds, accepted, maxMemoryMb, logBytes };
}

async function* linesOf(files: readonly string[]): AsyncGenerator<string> {
  for (const file of files) yield* createInterface({ input: createReadStream(file) });
}

/** Of each function that has run, by its name without service and stage, from the laptop runtime's log files. */
export async function readFunctionUsage(logsDirectory: string): Promise<ReadonlyMap<string, FunctionUsage>> {
  const usage = new Map<string, FunctionUsage>();
  const all = await readdir(logsDirectory);
  for (const file of all) {
    const [, name] = /^aws\.lambda\.device-lifecycle-[a-z\d]+-(.+)\.log$/.exec(file) ?? [];
    if (name === undefined) continue;
    const parts = all.filter((one) => one.startsWith(`${file}.`));
    if (parts.length > 0 && !parts.includes(`${file}.1`)) {
      throw new Error(`${file} has lost its oldest lines, which can't be counted`);
    }
    usage.set(name, await readUsage([...parts, file].map((one) => join(logsDirectory, one))));
  }
  return usage;
}

const MILLION = 1_000_000;
const BYTES_PER_GB = 1e9;
/** Of an Express execution: the least that AWS charges for. */
const EXPRESS_GB = 64 / 1024;

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

export const countsOfUnits = ({ write, read }: CapacityUnits): Counts => ({
  writeRequestUnits: sum(Object.values(write)),
  readRequestUnits: sum(Object.values(read)),
});

export const countsOfFunctions = (functions: readonly FunctionUsage[]): Counts => ({
  lambdaRequests: sum(functions.map(({ requests }) => requests)),
  lambdaGbSeconds: sum(functions.map(({ gbSeconds }) => gbSeconds)),
  logGb: sum(functions.map(({ logBytes }) => logBytes)) / BYTES_PER_GB,
});

/** Of the map's children: Step Functions counts a transition for each of them. */
const countsOfChildren = (
  { children }: Pick<ChargedRun, 'children'>,
  { expressSeconds }: Pick<FunctionUsage, 'expressSeconds'>,
): Counts => ({
  standardTransitions: children,
  expressRequests: children,
  expressGbSeconds: expressSeconds * EXPRESS_GB,
});

/** Of the execution itself, however many devices it has; the file of devices is put and read once. */
const countsOfExecution = ({ statesEntered, objects }: Omit<ChargedRun, 'children'>): Counts => ({
  standardTransitions: statesEntered,
  s3Puts: objects + 1,
  s3Gets: 1,
});

/** Of a million devices, when so much was counted for `devices` of them. */
export function perMillion(counts: Counts, devices: number): Counts {
  const entries = Object.entries(counts) as [Charged, number][];
  return Object.fromEntries(entries.map(([charge, count]) => [charge, (count * MILLION) / devices]));
}

/** What of `all` is not in `part`. */
export function without(all: Counts, part: Counts): Counts {
  const entries = Object.entries(all) as [Charged, number][];
  return Object.fromEntries(
    entries.map(([charge, count]) => [charge, Math.max(0, count - (part[charge] ?? 0))]),
  );
}

/** Moves devices with nothing that follows, and counts what AWS would charge for a million. */
export async function countMove(devices: number): Promise<Counts> {
  return withParts(async (parts) => {
    const { url, seeded } = await openEngine(parts);
    await seeded.put(makeFleet('counted', devices));
    await seeded.enableStreams();
    const proxy = await startCountingProxy(url);
    parts.defer(() => proxy.stop());
    const { runtime, fleets } = await openRuntime(parts, proxy.url, { nodeArgs: QUIET });

    proxy.take();
    const run = await fleets.decommission({ fleet: 'counted', devices });
    const units = proxy.take();
    const used = (await readFunctionUsage(runtime.logsDirectory)).get('decommission-devices');
    if (used === undefined) throw new Error('The function decommission-devices has not run.');
    const charged = await fleets.chargedOf(run);
    const counts = addCounts(
      countsOfUnits(units),
      countsOfFunctions([used]),
      countsOfChildren(charged, used),
    );
    return addCounts(perMillion(counts, devices), countsOfExecution(charged));
  });
}

/** Requests to the runtime's endpoint by service and operation, such as `events:PutEvents`. */
export type Requests = Readonly<Record<string, number>>;

interface RequestCounter {
  /** With which the runtime is started. */
  readonly options: Required<Pick<RuntimeOptions, 'nodeArgs' | 'env'>>;
  /** What the runtime has been asked since it started. */
  read(pid: number): Promise<Requests>;
  close(): Promise<void>;
}

const POLL_MS = 20;

/** Has a runtime count its requests, see count-requests.ts. */
export async function createRequestCounter(): Promise<RequestCounter> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-requests-'));
  const file = join(directory, 'requests.json');
  return {
    options: {
      nodeArgs: ['--import', new URL('./counting-proxy.ts', import.meta.url).href],
      env: { BENCH_REQUESTS_FILE: file },
    },
    async read(pid) {
      await rm(file, { force: true });
      process.kill(pid, 'SIGUSR2');
      for (;;) {
        const text = await readFile(file, 'utf8').catch(() => undefined);
        if (text !== undefined) return JSON.parse(text);
        await delay(POLL_MS);
      }
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Of `after`, what was not in `before`. */
export function since(before: Requests, after: Requests): Requests {
  const more = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(more.filter(([, count]) => count > 0));
}

/** Those that went to one of the services, by signing name. */
export function ofServices(services: readonly string[], requests: Requests): Requests {
  const theirs = Object.entries(requests).filter(([name]) => services.includes(name.split(':')[0] ?? ''));
  return Object.fromEntries(theirs);
}

/** How many of them. */
export const requestsTo = (services: readonly string[], requests: Requests): number =>
  Object.values(ofServices(services, requests)).reduce((sum, count) => sum + count, 0);
