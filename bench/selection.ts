import type { Benchmark } from './benchmarks.ts';

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
export class SelectionError extends Error {
  override readonly name = 'SelectionError';
}

const isCalled = (name: string) => (benchmark: Benchmark) =>
  benchmark.name === name || benchmark.name.startsWith(`${name}-`);

/** Benchmarks by their own name, or by the word that theirs begin with; without a name, all but the extra ones. */
function select(names: readonly string[], all: readonly Benchmark[]): readonly Benchmark[] {
  if (names.length === 0) return all.filter(({ isExtra }) => isExtra !== true);
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
