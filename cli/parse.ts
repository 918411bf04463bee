import { parseArgs } from 'node:util';
import type { Command, OptionDefinitions } from './command.ts';
import { UsageError } from './errors.ts';
import { STACK_OPTIONS } from './stack.ts';
import { createValues, type Values } from './values.ts';

/** Of every command. */
export const COMMON_OPTIONS: OptionDefinitions = {
  json: { type: 'boolean', description: 'JSON in place of tables' },
  ...STACK_OPTIONS,
  help: { type: 'boolean', description: 'this text' },
};

export interface Invocation {
  readonly command: Command;
  readonly values: Values;
  readonly positionals: readonly string[];
}

const startsWith = (args: readonly string[], path: readonly string[]) =>
  path.every((word, index) => args[index] === word);

/** The words at the beginning, which name a command or the beginning of some. */
function wordsOf(args: readonly string[]): readonly string[] {
  const end = args.findIndex((arg) => arg.startsWith('-'));
  return end === -1 ? args : args.slice(0, end);
}

/** What help is to be about: all commands that begin with these words; nothing when a command is to be run. */
export function helpRequest(
  args: readonly string[],
  commands: readonly Command[],
): readonly Command[] | undefined {
  const words = wordsOf(args);
  const isAsked = args.includes('--help') || args.includes('-h') || words[0] === 'help';
  if (args.length > 0 && !isAsked) return undefined;
  const topic = words[0] === 'help' ? words.slice(1) : words;
  const exact = commands.filter(({ path }) => startsWith(topic, path));
  if (exact.length > 0) return exact;
  const about = commands.filter(({ path }) => startsWith(path, topic));
  return about.length > 0 ? about : commands;
}

function noSuchCommand(args: readonly string[], commands: readonly Command[]): UsageError {
  const words = wordsOf(args);
  const begun = commands.filter(({ path }) => words.length > 0 && startsWith(path, words));
  if (begun.length > 0) {
    const next = begun.map(({ path }) => path.slice(words.length).join(' ')).join(', ');
    return new UsageError(`"${words.join(' ')}" is not all of a command: add one of ${next}.`);
  }
  const typed = words.join(' ') || String(args[0]);
  return new UsageError(`There is no command "${typed}": see npx devicectl --help.`);
}

/**
 * Reads a command line. Options may stand anywhere behind the command.
 * @throws UsageError
 */
export function parseCommandLine(args: readonly string[], commands: readonly Command[]): Invocation {
  const command = commands.find(({ path }) => startsWith(args, path));
  if (command === undefined) throw noSuchCommand(args, commands);
  const definitions = { ...command.options, ...COMMON_OPTIONS };
  const options = Object.fromEntries(Object.entries(definitions).map(([name, { type }]) => [name, { type }]));
  try {
    const { values, positionals } = parseArgs({
      args: args.slice(command.path.length),
      options,
      allowPositionals: command.positionals !== undefined,
    });
    return { command, values: createValues(values), positionals };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // Node's own advice about arguments that begin with a hyphen does not help here.
    const [sentence] = reason.split(/\. (?=[A-Z])/);
    throw new UsageError(
      `${sentence?.replace(/\.$/, '')}: see npx devicectl ${command.path.join(' ')} --help.`,
    );
  }
}
