import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { connectDevice, type Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import type { Identity } from '@device-lifecycle/test-kit/laptop/identity.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createTableReader, type TableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { createDeadLetters } from '../../tests/support/dead-letters.ts';
import { descendantsOf, environmentsOf, usageOf } from '../fleet/processes.ts';
import { createFleet } from '../identities.ts';
import { median } from '../measure.ts';
import type { Panel } from '../plot.ts';
import { type Figure, saveResult } from '../results.ts';

/** How evenly heartbeats are spread, at best. */
const TICK_MS = 2;
const POLL_MS = 10;
const MAX_DRAIN_MS = 180_000;

/** When a device's last heartbeat was on its way, in epoch milliseconds. */
interface LastHeartbeat {
  readonly sentAt: number;
  readonly acknowledgedAt: number;
}

interface HeartbeatRun {
  readonly published: number;
  readonly acknowledged: number;
  readonly accepted: number;
  /** How many were not answered yet when the last one was published. */
  readonly behind: number;
  /** From then until the last answer. */
  readonly drainSeconds: number;
  /** From the first heartbeat until the last answer. */
  readonly seconds: number;
  /** From publishing to the answer. */
  readonly medianMs: number;
  readonly maxMs: number;
  /** By device id. */
  readonly last: ReadonlyMap<string, LastHeartbeat>;
}

/** Heartbeats of one run, by the ids of their requests. */
class Heartbeats {
  readonly last = new Map<string, LastHeartbeat>();
  readonly latencies: number[] = [];
  accepted = 0;
  acknowledged = 0;
  readonly #sent = new Map<string, number>();

  get unanswered(): number {
    return this.#sent.size;
  }

  /** Resolves with its PUBACK. */
  async publish({ deviceId, mqtt }: Device, requestId: string): Promise<void> {
    const sentAt = Date.now();
    this.#sent.set(requestId, performance.now());
    await mqtt.publishAsync(`devices/${deviceId}/heartbeat`, JSON.stringify({ requestId }), { qos: 1 });
    this.acknowledged += 1;
    this.last.set(deviceId, { sentAt, acknowledgedAt: Date.now() });
  }

  readonly answered = (topic: string, message: Buffer): void => {
    const { requestId } = JSON.parse(message.toString()) as { readonly requestId: string };
    const sentAt = this.#sent.get(requestId);
    // An invocation that Lambda repeats answers again.
    if (sentAt === undefined) return;
    this.#sent.delete(requestId);
    this.latencies.push(performance.now() - sentAt);
    if (topic.endsWith('/accepted')) this.accepted += 1;
  };
}

/**
 * Has devices send `perSecond` heartbeats between them, one after the other and evenly, for some seconds, whether or
 * not the service keeps up; then waits for the last answer. Throws when answers stay away.
 */
async function runHeartbeats(
  devices: readonly Device[],
  perSecond: number,
  forSeconds: number,
): Promise<HeartbeatRun> {
  const heartbeats = new Heartbeats();
  for (const { mqtt } of devices) mqtt.on('message', heartbeats.answered);
  const total = perSecond * forSeconds;
  const acknowledgements: Promise<void>[] = [];
  const startedAt = performance.now();
  while (acknowledgements.length < total) {
    const due = Math.min(total, Math.ceil(((performance.now() - startedAt) * perSecond) / 1000));
    while (acknowledgements.length < due) {
      const index = acknowledgements.length;
      const device = devices[index % devices.length] as Device;
      acknowledgements.push(heartbeats.publish(device, `${perSecond}-${index}`));
    }
    await delay(TICK_MS);
  }
  const behind = heartbeats.unanswered;
  const publishedAt = performance.now();
  await Promise.all(acknowledgements);
  while (heartbeats.unanswered > 0) {
    if (performance.now() - publishedAt > MAX_DRAIN_MS) {
      throw new Error(`${heartbeats.unanswered} of ${total} heartbeats were not answered.`);
    }
    await delay(POLL_MS);
  }
  const endedAt = performance.now();
  for (const { mqtt } of devices) mqtt.off('message', heartbeats.answered);
  return {
    published: total,
    acknowledged: heartbeats.acknowledged,
    accepted: heartbeats.accepted,
    behind,
    drainSeconds: (endedAt - publishedAt) / 1000,
    seconds: (endedAt - startedAt) / 1000,
    medianMs: median(heartbeats.latencies),
    maxMs: heartbeats.latencies.reduce((most, latency) => Math.max(most, latency), 0),
    last: heartbeats.last,
  };
}

/** Processor time in seconds, by who has used it. */
type ProcessorTimes = Readonly<Record<'clients' | 'runtime' | 'functions' | 'engine' | 'idle', number>>;

/** What nobody has used, on all processors together. proc(5), `/proc/stat`; in hundredths of a second */
async function idleSeconds(): Promise<number> {
  const [, , , , idle, ioWait] = (await readFile('/proc/stat', 'utf8')).split(/\s+/, 6).map(Number);
  return ((idle ?? 0) + (ioWait ?? 0)) / 100;
}

/** Of processes; one that has ended counts as nothing. */
async function cpuSecondsOf(pids: readonly number[]): Promise<number> {
  const usages = await Promise.all(pids.map((pid) => usageOf(pid).catch(() => ({ cpuSeconds: 0 }))));
  return usages.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0);
}

/** What was used between two moments. */
function between(before: ProcessorTimes, after: ProcessorTimes): ProcessorTimes {
  const names = Object.keys(after) as (keyof ProcessorTimes)[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as ProcessorTimes;
}

/** What this process, the runtime that it has started, its functions and its table engine have used so far. */
async function processorTimes(): Promise<ProcessorTimes> {
  const [runtimePid, ...others] = await descendantsOf(process.pid);
  if (runtimePid === undefined) throw new Error('The runtime is not running.');
  const functions = (await environmentsOf(runtimePid)).map(({ pid }) => pid);
  return {
    clients: await cpuSecondsOf([process.pid]),
    runtime: await cpuSecondsOf([runtimePid]),
    functions: await cpuSecondsOf(functions),
    engine: await cpuSecondsOf(others.filter((pid) => !functions.includes(pid))),
    idle: await idleSeconds(),
  };
}

/** The service keeps up while it is not further behind than this. */
const KEEPS_UP_SECONDS = 0.5;

/** What one rate came to. */
interface Measured {
  readonly perSecond: number;
  readonly run: HeartbeatRun;
  readonly stored: number;
  readonly used: ProcessorTimes;
}

const keepsUp = ({ perSecond, run }: Measured): boolean => run.behind <= perSecond * KEEPS_UP_SECONDS;

const COLUMNS = [
  'rate',
  'published',
  'PUBACKs',
  'accepted',
  'stored',
  'behind',
  'drained in',
  'kept up',
  'latency',
];
const PARTS = ['runtime', 'functions', 'engine', 'clients'] as const;

const row = (cells: readonly string[]) => `  ${cells.map((cell) => cell.padStart(10)).join(' ')}`;

function describeRun({ perSecond, run, stored }: Measured): string {
  return row([
    `${perSecond}/s`,
    ...[run.published, run.acknowledged, run.accepted, stored, run.behind].map(String),
    `${run.drainSeconds.toFixed(1)} s`,
    `${(run.published / run.seconds).toFixed(0)}/s`,
    `${run.medianMs.toFixed(0)} ms`,
  ]);
}

/**
 * Where the time of all processors went, from the first heartbeat until the last answer. What others have used of it
 * meanwhile is what is missing to 100 %; the bound is what would be left to the service without them.
 */
function describeUse({ run: { published, seconds }, used }: Measured): string {
  const processors = availableParallelism();
  const all = PARTS.reduce((total, part) => total + used[part], 0);
  const percent = (part: number) => `${((part * 100) / (seconds * processors)).toFixed(0)} %`;
  const costs = PARTS.map((part) => `${part} ${((used[part] * 1000) / published).toFixed(2)}`);
  return (
    `             ${((all * 1000) / published).toFixed(2)} ms a heartbeat (at most ` +
    `${((processors * published) / all).toFixed(0)}/s): ${costs.join(', ')}; ` +
    `${percent(all)} of the processors, ${percent(used.idle)} idle`
  );
}

/** Two lines: what became of the heartbeats, and where the time of the processors went. */
export const describe = (measured: Measured): string => `${describeRun(measured)}\n${describeUse(measured)}`;

interface Surroundings {
  readonly devices: number;
  readonly deadLetters: number;
  readonly connectedInSeconds: number;
}

function figureOfLost(all: readonly Measured[], { devices, deadLetters }: Surroundings): Figure {
  const published = all.reduce((sum, { run }) => sum + run.published, 0);
  const accepted = all.reduce((sum, { run }) => sum + run.accepted, 0);
  const stored = Math.min(...all.map((measured) => measured.stored));
  return {
    what: 'heartbeats without the answer accepted, records without the last one, dead letters',
    measured: `${published - accepted}, ${devices - stored}, ${deadLetters}`,
    reference: `${published} heartbeats of ${devices} devices`,
    goal: '0, 0, 0',
    isMet: published === accepted && stored === devices && deadLetters === 0,
  };
}

function figuresOf(all: readonly Measured[], surroundings: Surroundings): Figure[] {
  const { devices, connectedInSeconds } = surroundings;
  const keptUp = all.find(keepsUp);
  return [
    figureOfLost(all, surroundings),
    {
      what: 'heartbeats a second that are kept up with',
      measured:
        keptUp === undefined
          ? `less than ${all.at(-1)?.perSecond}/s`
          : `${keptUp.perSecond}/s, answered in ${keptUp.run.medianMs.toFixed(0)} ms (median)`,
      reference: `${devices} devices that each send one a second, on the same cores`,
    },
    {
      what: 'time to connect and subscribe all at once',
      measured: `${connectedInSeconds.toFixed(1)} s`,
      reference: `${devices} devices, on the same cores`,
    },
  ];
}

/** Processor time a heartbeat, where the service keeps up or is nearest to it. */
function panelOf({ run, used, perSecond }: Measured): Panel {
  return {
    title: `Processor time of a heartbeat, at ${perSecond} a second`,
    xLabel: '',
    yLabel: 'ms',
    kind: 'bar',
    categories: PARTS,
    series: [
      { name: 'ms', points: PARTS.map((part, index) => [index, (used[part] * 1000) / run.published]) },
    ],
  };
}

/** How many requests to AWS IoT and to the service are on their way at once. */
const CONCURRENCY = 16;

/** Calls `operation` for each item, a few at a time, and gives the results in the order of the items. */
async function forEach<T, R>(items: readonly T[], operation: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await operation(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return results;
}

/** Things with certificates, as a factory makes them. */
async function makeIdentities(stack: RunningStack, count: number): Promise<Identity[]> {
  const fleet = await createFleet(stack);
  try {
    const names = Array.from({ length: count }, (_, index) => `bench-${index}`);
    return await forEach(names, (name) => fleet.make(name));
  } finally {
    fleet.close();
  }
}

/** Connects all of them in the same moment. */
export function connectAll(stack: RunningStack, identities: readonly Identity[]): Promise<Device[]> {
  return Promise.all(identities.map((identity) => connectDevice(stack, identity)));
}

export async function registerAll(devices: readonly Device[]): Promise<void> {
  await forEach(devices, async (device) => {
    const { verdict } = await device.request('register', { serialNumber: `SN-${device.deviceId}` });
    if (verdict !== 'accepted') throw new Error(`${device.deviceId} was ${verdict}.`);
  });
}

interface Size {
  readonly devices: number;
  readonly seconds: number;
  /** Heartbeats a second: a heartbeat a second and device first, then less, until the service keeps up. */
  readonly rates: readonly number[];
}

const FULL: Size = { devices: 1_000, seconds: 20, rates: [1_000, 800, 700, 600, 500, 400, 300, 200] };
/** That everything works shows with these. */
const QUICK: Size = { devices: 20, seconds: 2, rates: [50] };
/** Compiles what the heartbeats need, and lets the functions do what has been left to them so far. */
const WARM_UP_SHARE = 0.2;

/** How many devices have in their records the time of their last heartbeat. */
async function countStored(tables: TableReader, { last }: HeartbeatRun): Promise<number> {
  const { devices } = await tables.read();
  return devices.filter(({ id, lastSeenAt }) => {
    const { sentAt = Number.NaN, acknowledgedAt = Number.NaN } = last.get(id) ?? {};
    return Number(lastSeenAt) >= sentAt && Number(lastSeenAt) <= acknowledgedAt;
  }).length;
}

/** Rate by rate, until the service keeps up. */
async function measureRates(
  stack: RunningStack,
  devices: readonly Device[],
  { rates, seconds }: Size,
): Promise<Measured[]> {
  const tables = createTableReader(stack);
  const all: Measured[] = [];
  try {
    for (const perSecond of rates) {
      const before = await processorTimes();
      const run = await runHeartbeats(devices, perSecond, seconds);
      const used = between(before, await processorTimes());
      const measured = { perSecond, run, used, stored: await countStored(tables, run) };
      all.push(measured);
      console.log(describe(measured));
      if (keepsUp(measured)) break;
    }
  } finally {
    tables.close();
  }
  return all;
}

interface Connected {
  readonly devices: readonly Device[];
  readonly connectedInSeconds: number;
}

async function connect(stack: RunningStack, size: Size, parts: DisposableStack): Promise<Connected> {
  const identities = await makeIdentities(stack, size.devices);
  const startedAt = performance.now();
  const devices = await connectAll(stack, identities);
  parts.defer(() => {
    for (const { mqtt } of devices) mqtt.end(true);
  });
  const connectedInSeconds = (performance.now() - startedAt) / 1000;
  await registerAll(devices);
  return { devices, connectedInSeconds };
}

/**
 * Whether a heartbeat is lost between 1,000 devices, connected at once over mutual TLS, and their records, and how many
 * a second the service keeps up with. Clients, runtime and table engine share the machine.
 */
export async function measureHeartbeats(args: readonly string[]): Promise<void> {
  const size = args.includes('--quick') ? QUICK : FULL;
  const stack = await startStack();
  const parts = new DisposableStack();
  try {
    const deadLetters = createDeadLetters(stack);
    parts.defer(() => deadLetters.close());
    const { devices, connectedInSeconds } = await connect(stack, size, parts);
    await runHeartbeats(devices, Math.round(size.devices * WARM_UP_SHARE), size.seconds / 2);
    console.log(
      `heartbeats: ${size.devices} devices over mutual TLS, connected and subscribed at once in ${connectedInSeconds.toFixed(1)} s; ` +
        `${size.seconds} s at each rate, evenly spread, until the service keeps up\n\n${row(COLUMNS)}`,
    );
    const all = await measureRates(stack, devices, size);
    const letters = (await deadLetters.drain()).length;
    console.log(`\n  dead letters: ${letters}\n`);
    await saveResult({
      name: 'mqtt-heartbeats',
      title: `heartbeats of ${size.devices} devices over mutual TLS`,
      command: 'npm run bench -- mqtt-heartbeats',
      figures: figuresOf(all, { devices: size.devices, deadLetters: letters, connectedInSeconds }),
      panels: all.slice(-1).map(panelOf),
      raw: all.map(({ run: { last: _, ...run }, ...measured }) => ({ ...measured, run })),
    });
  } finally {
    parts.dispose();
    await stack.stop();
  }
}
