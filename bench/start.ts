import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startRuntime } from './fleet/runtime.ts';
import { describeRange, median } from './measure.ts';
import { saveResult } from './results.ts';

const ROUNDS = 7;
const GOAL_MS = 1_500;
const BYTES_PER_MB = 2 ** 20;

interface Start {
  /** From the start of its process until it says that it is ready. */
  readonly readyMs: number;
  /** Of a Node.js that does nothing, from start to end. */
  readonly emptyMs: number;
  /** Resident, of the runtime without its table engine, once garbage is collected. */
  readonly idleMb: number;
}

async function timeEmpty(): Promise<number> {
  const startedAt = performance.now();
  await once(spawn(process.execPath, ['--eval', '0'], { stdio: 'ignore' }), 'close');
  return performance.now() - startedAt;
}

async function measureStart(): Promise<Start> {
  const emptyMs = await timeEmpty();
  const startedAt = performance.now();
  const runtime = await startRuntime();
  const readyMs = performance.now() - startedAt;
  try {
    const { rssBytes } = await runtime.heaps();
    return { readyMs, emptyMs, idleMb: rssBytes / BYTES_PER_MB };
  } finally {
    await runtime.stop();
  }
}

/** How long the laptop runtime takes to be ready, when nothing has changed since it was packaged. */
export async function measureStarts(args: readonly string[]): Promise<void> {
  const rounds = args.includes('--quick') ? 1 : ROUNDS;
  console.log(`start: ${rounds} starts of the packaged service, each beside a Node.js that does nothing`);
  // Packages the service, unless that was done.
  await measureStart();
  const starts: Start[] = [];
  for (let round = 0; round < rounds; round += 1) starts.push(await measureStart());
  const ready = starts.map(({ readyMs }) => readyMs / 1000);
  const figures = [
    {
      what: 'seconds until npm start is ready',
      measured: describeRange(ready),
      reference: `${(median(starts.map(({ emptyMs }) => emptyMs)) / 1000).toFixed(2)} s: a Node.js that does nothing`,
      goal: `at most ${GOAL_MS / 1000}`,
      isMet: median(ready) * 1000 <= GOAL_MS,
    },
    {
      what: 'memory of the idle runtime, MB',
      measured: describeRange(starts.map(({ idleMb }) => idleMb)),
      reference: 'resident, collected, without its table engine',
    },
  ];
  for (const { what, measured, reference } of figures) console.log(`  ${what}: ${measured} (${reference})`);
  await saveResult({
    name: 'start',
    title: 'the laptop runtime, until it is ready',
    command: 'npm run bench -- start',
    figures,
    raw: starts,
  });
}
