/** `npm run bench [-- NAME…] [options]`: measures, as ratios within one run, and keeps the results. */
import { constants } from 'node:os';
import { join } from 'node:path';
import { type Benchmark, benchmarks } from './benchmarks.ts';
import { RESULTS_DIR_VARIABLE } from './results.ts';
import { type Outcome, runApart } from './run-apart.ts';
import { readSelection, type Selection, SelectionError } from './selection.ts';

/** How many times as long as it should a benchmark may take, on slower or busier processors. */
const PATIENCE = 4;
const MS_PER_MINUTE = 60_000;
const QUICK_RESULTS = join(import.meta.dirname, '../.local/bench');

const minutesSince = (startedAt: number): string =>
  `${((performance.now() - startedAt) / MS_PER_MINUTE).toFixed(1)} min`;

const sumOfMinutes = (of: readonly Benchmark[]): number => of.reduce((sum, { minutes }) => sum + minutes, 0);

function usage(): string {
  const all = benchmarks.filter(({ isExtra }) => isExtra !== true);
  const lines = benchmarks.map(
    ({ name, what, minutes, isExtra }) =>
      `  ${name.padEnd(18)} ${`${minutes} min`.padStart(6)}   ${what}${isExtra === true ? ' (only by its name)' : ''}`,
  );
  return [
    'npm run bench [-- NAME…] [--quick] [options of the benchmark]',
    '',
    `Without a name, all but those that are run by their name alone, one after the other: some ${sumOfMinutes(all)} minutes. \`fleet\` is all that begin with it.`,
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
