import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { advanceClock } from '@device-lifecycle/test-kit/laptop/clock.ts';
import { devicectl } from '@device-lifecycle/test-kit/laptop/devicectl.ts';
import { createTableReader, type TableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { createRandom } from '@device-lifecycle/test-kit/random.ts';
import { parse } from 'csv-parse/sync';
import { RESULTS_DIR_VARIABLE, saveResult } from '../results.ts';
import { inspect } from './check-tables.ts';
import type { LoadOptions } from './parts.ts';
import { printVerdicts, toResult } from './report.ts';
import { faultArguments, Probe, type Sample, Sampler, type SoakStack, startSoakStack } from './samples.ts';
import { deviceIdOf, isConnected, type Slot, vacate } from './slots.ts';
import { decommissionByExecution, noteFleet } from './steps.ts';
import { type MaximumSpans, measureMaximum, OpenLoop, registerAll, runStep, sendNext } from './traffic.ts';
import { judge, type Verdict } from './verdicts.ts';
import { World } from './world.ts';

const FLEET_SIZE = 10;
const SECONDS_A_DAY = 86_400;
/** The retention is thirty days. */
const JUMP_SECONDS = 31 * SECONDS_A_DAY;
/** After which the rest of an expired device goes. */
const AFTERLIFE_SECONDS = 61;
const SETTLE_MS = 3_000;
const POLL_MS = 500;

/** A small lot leaves service by a file and the operators' tool; whose outcome the report does not tell, by an execution. */
export async function decommissionFleet(world: World, name: string): Promise<void> {
  const lot = world.slots
    .filter((slot) => !slot.isBusy && slot.standing === 'active' && isConnected(slot))
    .slice(0, FLEET_SIZE);
  for (const slot of lot) {
    slot.isBusy = true;
    slot.standing = 'unknown';
  }
  const directory = dirname(world.stack.stackFile);
  const [file, report] = [join(directory, `${name}.csv`), join(directory, `${name}.report.csv`)];
  const startedAt = performance.now();
  await writeFile(file, ['deviceId', ...lot.map(deviceIdOf), ''].join('\n'));
  const { exitCode, printed } = await devicectl(world.stack, [
    'fleet',
    'decommission',
    file,
    '--reason',
    'soak',
    '--yes',
  ]);
  world.latencies.record('fleet of ten', performance.now() - startedAt);
  world.ended['fleet'] = (world.ended['fleet'] ?? 0) + 1;
  if (exitCode !== 0) console.error(`  devicectl ended with ${exitCode}: ${printed.split('\n').at(-1)}`);
  const text = await readFile(report, 'utf8').catch(() => '');
  const rows = parse(text, { columns: true, bom: true }) as Record<string, string>[];
  const left = noteFleet(lot, new Map(rows.map((row) => [String(row['deviceId']), row])));
  for (const slot of lot) slot.isBusy = false;
  for (const slot of left) await runStep(world, slot, decommissionByExecution);
  await Promise.all([file, report].map((path) => rm(path, { force: true })));
}

const isAtRest = (world: World) =>
  world.ledger.counts().open === 0 &&
  world.executions.running === 0 &&
  world.slots.every(({ isBusy }) => !isBusy);

async function isPending(tables: TableReader): Promise<boolean> {
  const { devices, invalidDevices } = await tables.read();
  return [...devices, ...invalidDevices].some((record) => record['pendingSince'] !== undefined);
}

/** Waits until nothing is under way, for `maxMs` or until `signal` aborts. @returns whether nothing is */
export async function rest(
  world: World,
  tables: TableReader,
  maxMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const giveUpAt = performance.now() + maxMs;
  for (;;) {
    if (isAtRest(world) && !(await isPending(tables).catch(() => true))) return true;
    if (performance.now() > giveUpAt || signal?.aborted === true) return false;
    await delay(POLL_MS);
  }
}

async function advance(world: World, seconds: number): Promise<void> {
  const { offsetSeconds } = await advanceClock(world.stack, seconds);
  world.clockOffsetSeconds = offsetSeconds;
}

const hasExpired = ({ nowSeconds }: World, { standing, isHeld, ttl }: Slot) =>
  standing === 'decommissioned' && !isHeld && ttl !== undefined && ttl < nowSeconds;

/** Moves time on until retentions end, when nothing is under way, since that would grow old by the jump. */
export async function moveTime({
  world,
  loop,
  tables,
  signal,
}: {
  readonly world: World;
  readonly loop: OpenLoop;
  readonly tables: TableReader;
  /** Whether it is still worth it. */
  readonly signal: AbortSignal;
}): Promise<void> {
  const MAX_REST_MS = 90_000;
  loop.hold();
  try {
    if (!(await rest(world, tables, MAX_REST_MS, signal))) return;
    // Readers of the streams are through.
    await delay(SETTLE_MS);
    await advance(world, JUMP_SECONDS);
    const expired = world.slots.filter((slot) => hasExpired(world, slot));
    for (const slot of expired) world.gone.push(vacate(slot));
    await delay(SETTLE_MS);
    await advance(world, AFTERLIFE_SECONDS);
    await delay(SETTLE_MS);
  } finally {
    loop.goOn();
  }
}

const SAMPLE_MS = 10_000;
const FLEET_EVERY_MS = 90_000;
const JUMP_EVERY_MS = 420_000;
const COLLECT_EVERY_MS = 60_000;
/** A short run has some of each as well. */
const [MIN_FLEETS, MIN_JUMPS, MIN_COLLECTIONS, MIN_SAMPLES] = [4, 2, 15, 60];
/** What is not kept with the results. */
const TRIALS_DIR = join(import.meta.dirname, '../../.local/soak');
const SAMPLES_FILE = join(TRIALS_DIR, 'samples.jsonl');
/** Of what the runtime has said, when it has ended too early. */
const MAX_SAID = 2_000;

function isAlive({ runtime }: SoakStack): boolean {
  try {
    return process.kill(runtime.pid, 0);
  } catch {
    return false;
  }
}

function tell(sample: Sample): void {
  const { seconds, sentPerSecond, endedPerSecond, latencies, inFlight, letters, usage, collected } = sample;
  const MEGABYTE = 1_048_576;
  const { p50 = 0, p99 = 0 } = latencies['heartbeat'] ?? {};
  const dead = Object.values(letters).reduce((sum, count) => sum + count, 0);
  const heap = collected === undefined ? '' : `, heap ${(collected.runtimeBytes / MEGABYTE).toFixed(1)} MB`;
  console.log(
    `  ${(seconds / 60).toFixed(1).padStart(5)} min  ${sentPerSecond.toFixed(0)}/s sent, ${endedPerSecond.toFixed(0)}/s ended, ` +
      `${inFlight} on their way, heartbeats ${p50.toFixed(0)}/${p99.toFixed(0)} ms (p50/p99), ${dead} dead letters, ` +
      `RSS ${((usage?.rssBytes ?? 0) / MEGABYTE).toFixed(0)} MB${heap}`,
  );
}

/** Sends for as long as is wanted, or until it is interrupted, and takes samples. */
async function drive(
  world: World,
  soakStack: SoakStack,
  {
    perSecond,
    minutes,
    tables,
  }: { readonly perSecond: number; readonly minutes: number; readonly tables: TableReader },
  interrupted: AbortSignal,
): Promise<Sample[]> {
  const loop = new OpenLoop(() => void sendNext(world));
  loop.perSecond = perSecond;
  const probe = await Probe.open(soakStack.runtime);
  const runMs = minutes * 60_000;
  const atLeast = (times: number, everyMs: number) => Math.min(everyMs, runMs / (times + 1));
  const collectEveryMs = atLeast(MIN_COLLECTIONS, COLLECT_EVERY_MS);
  const sampler = new Sampler({ world, probe, soakStack, collectEveryMs });
  const over = new AbortController();
  const end = () => over.abort();
  const timer = setTimeout(end, runMs);
  interrupted.addEventListener('abort', end);
  if (interrupted.aborted) end();
  const samples: Sample[] = [];
  await mkdir(TRIALS_DIR, { recursive: true });
  await writeFile(SAMPLES_FILE, '');
  const every = async (ms: number, act: (round: number) => Promise<void>) => {
    for (let round = 0; !over.signal.aborted; round += 1) {
      await delay(ms, undefined, { signal: over.signal }).catch(() => undefined);
      if (!over.signal.aborted) await act(round);
    }
  };
  const running = loop.run(over.signal);
  try {
    await Promise.all([
      running,
      every(atLeast(MIN_SAMPLES, SAMPLE_MS), async (round) => {
        if (!isAlive(soakStack)) {
          world.surprise(`the runtime has ended: ${soakStack.runtime.output().slice(-MAX_SAID)}`);
          end();
          return;
        }
        const sample = await sampler.take(perSecond);
        samples.push(sample);
        // Whatever becomes of this process.
        await appendFile(SAMPLES_FILE, `${JSON.stringify(sample)}\n`);
        const SAMPLES_A_LINE = 6;
        if (round % SAMPLES_A_LINE === 0 || sample.collected !== undefined) tell(sample);
      }),
      every(atLeast(MIN_FLEETS, FLEET_EVERY_MS), (round) => decommissionFleet(world, `lot-${round}`)),
      every(atLeast(MIN_JUMPS, JUMP_EVERY_MS), () => moveTime({ world, loop, tables, signal: over.signal })),
    ]);
  } finally {
    clearTimeout(timer);
    interrupted.removeEventListener('abort', end);
    over.abort();
    await running;
    probe.close();
  }
  return samples;
}

const SHARE_OF_MAXIMUM = 0.8;
const MAXIMUM: MaximumSpans = { warmUpSeconds: 20, measuredSeconds: 40 };
const MAX_SETTLE_MS = 240_000;
const MAX_SETTLE_INTERRUPTED_MS = 45_000;
/** What is shorter says little about memory, and is kept elsewhere than the results. */
const MIN_KEPT_MINUTES = 30;

interface Outcome {
  readonly verdicts: readonly Verdict[];
  readonly save: () => Promise<void>;
}

async function loadStack(soakStack: SoakStack, options: LoadOptions, signal: AbortSignal): Promise<Outcome> {
  const { stack } = soakStack;
  const world = await World.open({
    stack,
    devices: options.devices,
    random: createRandom(options.seed),
    areLettersTaken: true,
  });
  const tables = createTableReader(stack);
  try {
    await registerAll(world);
    const maximumPerSecond =
      options.perSecond === undefined ? await measureMaximum(world, MAXIMUM, signal) : undefined;
    const perSecond = options.perSecond ?? (maximumPerSecond ?? 0) * SHARE_OF_MAXIMUM;
    console.log(`  ${options.minutes} minutes at ${perSecond.toFixed(0)} requests a second`);
    const samples = await drive(world, soakStack, { perSecond, minutes: options.minutes, tables }, signal);
    const isAtRest = await rest(world, tables, signal.aborted ? MAX_SETTLE_INTERRUPTED_MS : MAX_SETTLE_MS);
    if (!isAtRest) world.surprise('something is still under way after the load has ended');
    const run = await inspect(world, tables, samples);
    const verdicts = judge(run);
    const { ended, letters } = world;
    const report = {
      options,
      maximumPerSecond,
      perSecond,
      isInterrupted: signal.aborted,
      samples,
      ended,
      letters,
    };
    return { verdicts, save: () => saveResult(toResult({ ...report, counts: run.counts, verdicts })) };
  } finally {
    tables.close();
    await world.close();
  }
}

/** An hour of mixed traffic, and what it shows. @returns whether everything that is claimed of it holds */
export async function runLoad(options: LoadOptions, signal: AbortSignal): Promise<boolean> {
  const { seed, hasFaults, isKept, minutes } = options;
  console.log(`load: --seed ${seed}, ${options.devices} devices, faults ${hasFaults ? 'on' : 'off'}`);
  const soakStack = await startSoakStack({ isKept, args: hasFaults ? faultArguments(seed) : [] });
  try {
    const { verdicts, save } = await loadStack(soakStack, options, signal);
    printVerdicts(verdicts);
    if (minutes < MIN_KEPT_MINUTES || signal.aborted) process.env[RESULTS_DIR_VARIABLE] ??= TRIALS_DIR;
    await save();
    console.log(`  kept in ${process.env[RESULTS_DIR_VARIABLE] ?? 'bench/results'}`);
    return verdicts.every(({ holds }) => holds);
  } finally {
    await soakStack.remove();
  }
}
