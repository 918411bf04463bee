import { createTableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { createRandom } from '@device-lifecycle/test-kit/random.ts';
import { RESULTS_DIR_VARIABLE, saveResult } from '../results.ts';
import { drive, TRIALS_DIR } from './drive.ts';
import { inspect } from './inspect.ts';
import { rest } from './interludes.ts';
import { type MaximumSpans, measureMaximum } from './maximum.ts';
import type { LoadOptions } from './options.ts';
import { printVerdicts, toResult } from './report.ts';
import { faultArguments, type SoakStack, startSoakStack } from './stack.ts';
import { registerAll } from './traffic.ts';
import { judge, type Verdict } from './verdicts.ts';
import { World } from './world.ts';

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
