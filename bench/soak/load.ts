import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { IoTClient, ListCertificatesCommand } from '@aws-sdk/client-iot';
import { createTableReader, type TableReader } from '../../demo/tables.ts';
import { createRandom } from '../../tests/support/random.ts';
import { RESULTS_DIR_VARIABLE, saveResult } from '../results.ts';
import { checkAccess, checkTables } from './check-tables.ts';
import { decommissionFleet, moveTime, rest } from './interludes.ts';
import { OpenLoop } from './open-loop.ts';
import type { LoadOptions } from './options.ts';
import { Probe } from './probe.ts';
import { printVerdicts, toResult } from './report.ts';
import { Sampler } from './sampler.ts';
import type { Sample } from './samples.ts';
import { deviceIdOf } from './slots.ts';
import { faultArguments, type SoakStack, startSoakStack } from './stack.ts';
import { driveClosed, registerAll, sendNext } from './traffic.ts';
import { judge, type Run, type Verdict } from './verdicts.ts';
import { World } from './world.ts';

const SHARE_OF_MAXIMUM = 0.8;
const WARM_UP_SECONDS = 20;
const MEASURED_SECONDS = 40;
/** Enough that processors, not round trips, are the limit. */
const CONCURRENCY = 64;
const SAMPLE_MS = 5_000;
const FLEET_EVERY_MS = 90_000;
const JUMP_EVERY_MS = 420_000;
const COLLECT_EVERY_MS = 60_000;
/** A short run has some of each as well. */
const [MIN_FLEETS, MIN_JUMPS, MIN_COLLECTIONS] = [4, 2, 15];
const MAX_SETTLE_MS = 240_000;
const MAX_SETTLE_INTERRUPTED_MS = 45_000;
/** What is shorter says little about memory, and is kept elsewhere than the results. */
const MIN_KEPT_MINUTES = 30;
const TRIALS_DIR = join(import.meta.dirname, '../../.local/soak');

/** Of all certificates that there are. */
async function readCertificates({ clientConfig }: SoakStack['stack']): Promise<Map<string, string>> {
  const iot = new IoTClient({ ...clientConfig, maxAttempts: 10 });
  const statuses = new Map<string, string>();
  try {
    let marker: string | undefined;
    do {
      const page = await iot.send(
        new ListCertificatesCommand({ pageSize: 250, ...(marker !== undefined && { marker }) }),
      );
      for (const { certificateId = '', status = '' } of page.certificates ?? [])
        statuses.set(certificateId, status);
      marker = page.nextMarker;
    } while (marker !== undefined);
    return statuses;
  } finally {
    iot.destroy();
  }
}

async function inspect(world: World, tables: TableReader, samples: readonly Sample[]): Promise<Run> {
  const { stack, slots, gone, ledger, surprises } = world;
  const certificates = await readCertificates(stack);
  return {
    samples,
    counts: ledger.counts(),
    open: ledger.openMessages(),
    tables: checkTables(await tables.read(), slots, gone),
    access: checkAccess(certificates, slots, gone),
    unknown: slots
      .filter(({ standing }) => standing === 'unknown')
      .map((slot) => `nobody knows where ${deviceIdOf(slot)} is`),
    surprises,
  };
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
  const samples: Sample[] = [];
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
      every(SAMPLE_MS, async (round) => {
        const sample = await sampler.take(perSecond);
        samples.push(sample);
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

async function measureMaximum(world: World, signal: AbortSignal): Promise<number> {
  await driveClosed(world, CONCURRENCY, WARM_UP_SECONDS, signal);
  const perSecond = await driveClosed(world, CONCURRENCY, MEASURED_SECONDS, signal);
  console.log(`  maximum: ${perSecond.toFixed(0)} requests a second, ${CONCURRENCY} at a time`);
  return perSecond;
}

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
      options.perSecond === undefined ? await measureMaximum(world, signal) : undefined;
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
  if (minutes < MIN_KEPT_MINUTES) process.env[RESULTS_DIR_VARIABLE] ??= TRIALS_DIR;
  console.log(`load: --seed ${seed}, ${options.devices} devices, faults ${hasFaults ? 'on' : 'off'}`);
  const soakStack = await startSoakStack({ isKept, args: hasFaults ? faultArguments(seed) : [] });
  try {
    const { verdicts, save } = await loadStack(soakStack, options, signal);
    printVerdicts(verdicts);
    await save();
    return verdicts.every(({ holds }) => holds);
  } finally {
    await soakStack.remove();
  }
}
