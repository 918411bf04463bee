import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { decommissionFleet, moveTime } from './interludes.ts';
import { OpenLoop } from './open-loop.ts';
import { Probe } from './probe.ts';
import { Sampler } from './sampler.ts';
import type { Sample } from './samples.ts';
import type { SoakStack } from './stack.ts';
import { sendNext } from './traffic.ts';
import type { World } from './world.ts';

const SAMPLE_MS = 10_000;
const FLEET_EVERY_MS = 90_000;
const JUMP_EVERY_MS = 420_000;
const COLLECT_EVERY_MS = 60_000;
/** A short run has some of each as well. */
const [MIN_FLEETS, MIN_JUMPS, MIN_COLLECTIONS, MIN_SAMPLES] = [4, 2, 15, 60];
/** What is not kept with the results. */
export const TRIALS_DIR = join(import.meta.dirname, '../../.local/soak');
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
export async function drive(
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
