import type { Command, Completes, OptionDefinition } from '../command.ts';
import { COMMON_OPTIONS } from '../program.ts';

/** A command or the beginning of some, as completion sees it. */
export interface CompletedPath {
  /** `''` for what stands first, `'device show'`. */
  readonly path: string;
  /** What may come next that is no option. */
  readonly next: Completes;
  readonly options: readonly string[];
  /** Of the options that have a value, what it may be. */
  readonly values: Readonly<Record<string, Completes>>;
}

/** What can be typed, from the data of the commands, so that nobody has to keep it up. */
export function completedPaths(commands: readonly Command[]): readonly CompletedPath[] {
  const beginnings = new Map<string, Set<string>>();
  for (const { path } of commands) {
    for (const [index, word] of path.entries()) {
      const beginning = path.slice(0, index).join(' ');
      beginnings.set(beginning, (beginnings.get(beginning) ?? new Set()).add(word));
    }
  }
  const groups = [...beginnings].map(([path, words]) => ({
    path,
    next: path === '' ? [...words, 'help'] : [...words],
    options: ['--help'],
    values: {},
  }));
  return [...groups, ...commands.map(completedCommand)];
}

function completedCommand({ path, options, completes = [] }: Command): CompletedPath {
  const all = Object.entries({ ...options, ...COMMON_OPTIONS });
  const withValue = all.filter(([, { type }]) => type === 'string');
  return {
    path: path.join(' '),
    next: completes,
    options: [...all.map(([name]) => `--${name}`), '--help'],
    values: Object.fromEntries(withValue.map(([name, option]) => [`--${name}`, valuesOf(option)])),
  };
}

const valuesOf = ({ choices, completes }: OptionDefinition): Completes => choices ?? completes ?? [];
