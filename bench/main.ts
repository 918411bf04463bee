import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Benchmark, benchmarks } from './benchmarks.ts';
import { RESULTS_DIR_VARIABLE } from './results.ts';

/** What `npm run bench` was asked for. */
export interface Selection {
  readonly benchmarks: readonly Benchmark[];
  /** Too little to say anything, but it shows that all of it works. */
  readonly isQuick: boolean;
  readonly isHelp: boolean;
  /** What remains, which is the benchmarks' own. */
  readonly args: readonly string[];
}

/** Asked for something that there is not; the message says what there is. */
class SelectionError extends Error {
  override readonly name = 'SelectionError';
}

const isCalled = (name: string) => (benchmark: Benchmark) =>
  benchmark.name === name || benchmark.name.startsWith(`${name}-`);

/** Benchmarks by their own name, or by the word that theirs begin with; without a name, all. */
function select(names: readonly string[], all: readonly Benchmark[]): readonly Benchmark[] {
  if (names.length === 0) return all;
  const unknown = names.find((name) => !all.some(isCalled(name)));
  if (unknown !== undefined) {
    const known = all.map(({ name }) => name).join(', ');
    throw new SelectionError(`There is no benchmark "${unknown}". There are: ${known}.`);
  }
  return all.filter((benchmark) => names.some((name) => isCalled(name)(benchmark)));
}

/**
 * Reads `[NAME…] [--quick] [--help] [options of the benchmarks]`.
 * @throws SelectionError
 */
export function readSelection(argv: readonly string[], all: readonly Benchmark[]): Selection {
  const firstOption = argv.findIndex((arg) => arg.startsWith('-'));
  const names = firstOption === -1 ? argv : argv.slice(0, firstOption);
  const options = firstOption === -1 ? [] : argv.slice(firstOption);
  const args = options.filter((option) => option !== '--quick' && option !== '--help');
  const [option] = args;
  if (names.length === 0 && option !== undefined) {
    throw new SelectionError(`${option} is of one benchmark: give its name before it.`);
  }
  return {
    benchmarks: select(names, all),
    isQuick: options.includes('--quick'),
    isHelp: options.includes('--help'),
    args,
  };
}

const GRACE_MS = 10_000;

interface ApartOptions {
  /** Of Node.js: the module that runs, and what it is given. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

export type Outcome = 'done' | 'failed' | 'took too long' | 'interrupted';

/**
 * Runs a module in a process of its own, whose temporary files are removed after it, and which is ended when it takes
 * too long. What it starts ends with it.
 */
async function runApart({ args, env, limitMs, signal }: ApartOptions): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-'));
  const limit = AbortSignal.timeout(limitMs);
  const ended = new AbortController();
  const child = spawn(process.execPath, [...args], {
    stdio: 'inherit',
    env: { ...process.env, ...env, TMPDIR: directory },
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  AbortSignal.any([limit, signal]).addEventListener('abort', async () => {
    child.kill('SIGTERM');
    // One that does not listen any more.
    await delay(GRACE_MS, undefined, { signal: ended.signal }).then(kill, () => undefined);
  });
  try {
    const [exitCode] = (await once(child, 'close')) as [number | null];
    if (signal.aborted) return 'interrupted';
    if (limit.aborted) return 'took too long';
    return exitCode === 0 ? 'done' : 'failed';
  } finally {
    ended.abort();
    process.off('exit', kill);
    await rm(directory, { recursive: true, force: true });
  }
}

/** `npm run bench [-- NAME…] [options]`: measures, as ratios within one run, and keeps the results. */

/** How many times as long as it should a benchmark may take, on slower or busier processors. */
const PATIENCE = 4;
const MS_PER_MINUTE = 60_000;
const QUICK_RESULTS = join(import.meta.dirname, '../.local/bench');

const minutesSince = (startedAt: number): string =>
  `${((performance.now() - startedAt) / MS_PER_MINUTE).toFixed(1)} min`;

const sumOfMinutes = (of: readonly Benchmark[]): number => of.reduce((sum, { minutes }) => sum + minutes, 0);

function usage(): string {
  const lines = benchmarks.map(
    ({ name, what, minutes }) => `  ${name.padEnd(18)} ${`${minutes} min`.padStart(6)}   ${what}`,
  );
  return [
    'npm run bench [-- NAME…] [--quick] [options of the benchmark]',
    '',
    `Without a name, all, one after the other: some ${sumOfMinutes(benchmarks)} minutes. \`fleet\` is all that begin with it.`,
    'Results go to bench/results; with --quick, which shows in some minutes that all of it works, to .local/bench.',
    '',
    ...lines,
    '',
    'npm run bench -- NAME --help: its own options, if it has any',
  ].join('\n');
}

function readArguments(argv: readonly string[]): Selection {
  try {
    return readSelection(argv, benchmarks);
  } catch (error) {
    if (!(error instanceof SelectionError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

function runOne(
  { name, minutes }: Benchmark,
  { isQuick, args }: Selection,
  signal: AbortSignal,
): Promise<Outcome> {
  const own = [...args, ...(isQuick ? ['--quick'] : [])];
  return runApart({
    args: [join(import.meta.dirname, 'one.ts'), name, ...own],
    env: isQuick ? { [RESULTS_DIR_VARIABLE]: QUICK_RESULTS } : {},
    limitMs: minutes * PATIENCE * MS_PER_MINUTE,
    signal,
  });
}

/** Each of them, whatever becomes of those before it. */
async function runAll(selection: Selection, signal: AbortSignal): Promise<boolean> {
  const startedAt = performance.now();
  const outcomes = new Map<string, string>();
  const { benchmarks: selected, isQuick } = selection;
  for (const [index, benchmark] of selected.entries()) {
    if (signal.aborted) break;
    const { name, what, minutes } = benchmark;
    const expected = isQuick ? '' : `; about ${minutes} min`;
    console.log(
      `\n[${index + 1} of ${selected.length}, ${minutesSince(startedAt)}] ${name}: ${what}${expected}\n`,
    );
    const beganAt = performance.now();
    const outcome = await runOne(benchmark, selection, signal);
    outcomes.set(name, `${outcome}, ${minutesSince(beganAt)}`);
  }
  console.log(`\n${[...outcomes].map(([name, outcome]) => `  ${name.padEnd(18)} ${outcome}`).join('\n')}`);
  console.log(`\nThe results are in ${isQuick ? '.local/bench' : 'bench/results'}.`);
  return [...outcomes.values()].every((outcome) => outcome.startsWith('done'));
}

/** Of the benchmarks that were named, or of `npm run bench`. */
function printHelp({ benchmarks: selected }: Selection, isNamed: boolean): void {
  const usages = new Set(selected.flatMap((benchmark) => benchmark.usage ?? []));
  console.log(isNamed && usages.size > 0 ? [...usages].join('\n\n') : usage());
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interruption.abort(signal));
}
const argv = process.argv.slice(2);
const selection = readArguments(argv);
if (selection.isHelp) printHelp(selection, argv[0]?.startsWith('-') === false);
else {
  process.exitCode = (await runAll(selection, interruption.signal)) ? 0 : 1;
  if (interruption.signal.aborted) {
    const signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' = interruption.signal.reason;
    process.exitCode = 128 + constants.signals[signal];
  }
}
