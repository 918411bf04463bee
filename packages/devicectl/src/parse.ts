import { UsageError } from '@device-lifecycle/operator/errors.ts';
import { createValues, type Values } from '@device-lifecycle/operator/values.ts';
import type { CommanderError, Command as Program } from 'commander';
import type { Command } from './command.ts';
import { createProgram } from './program.ts';

/** A command that is to be run. */
export interface Invocation {
  readonly command: Command;
  readonly values: Values;
  readonly positionals: readonly string[];
}

/** Help that was asked for. */
interface HelpText {
  readonly help: string;
}

const DEFAULT_COLUMNS = 120;

/**
 * Reads a command line. Options may stand anywhere behind the command.
 * @throws UsageError
 */
export function parseCommandLine(
  args: readonly string[],
  commands: readonly Command[],
  columns = DEFAULT_COLUMNS,
): Invocation | HelpText {
  const help: string[] = [];
  let invocation: Invocation | undefined;
  const program = createProgram(commands, {
    columns,
    onHelp: (text) => void help.push(text),
    onRun: (command, options, positionals) => {
      invocation = { command, values: createValues(options), positionals };
    },
  });
  // `help WORDS` is `WORDS --help`, and no words at all ask for help too.
  const [first, ...others] = args;
  const asked = first === undefined || first === 'help' ? [...others, '--help'] : args;
  try {
    program.parse(asked, { from: 'user' });
  } catch (error) {
    if (Object(error).code === 'commander.helpDisplayed') return { help: help.join('').trimEnd() };
    throw explainCommander(error, asked, program);
  }
  if (invocation === undefined) throw new UsageError(`There is no such command: see npx devicectl --help.`);
  return invocation;
}

/** What Commander has against a command line, in one sentence that says what to do. */
function explainCommander(error: unknown, args: readonly string[], program: Program): unknown {
  const { code, message } = Object(error) as CommanderError;
  const say = SENTENCES[code];
  if (say === undefined) return error;
  const found = programOf(program, args);
  const [line] = message.split('\n');
  const similar = /\(Did you mean (?:one of )?(.+)\?\)/.exec(message)?.[1];
  const sentence = say({
    found,
    line: line ?? '',
    named: /'([^']+)'/.exec(message)?.[1] ?? '',
    perhaps: similar === undefined ? '' : `, perhaps ${similar.replace(/, ([^,]+)$/, ' or $1')}`,
  });
  const topic = ['npx devicectl', ...found.words].join(' ');
  return new UsageError(`${sentence}: see ${topic} --help.`);
}

interface Found {
  readonly program: Program;
  readonly words: readonly string[];
}

/** As far as the words at the beginning name one. */
function programOf(root: Program, args: readonly string[]): Found {
  const words: string[] = [];
  let program = root;
  for (const word of args) {
    const next = program.commands.find((child) => child.name() === word);
    if (next === undefined) break;
    program = next;
    words.push(word);
  }
  return { program, words };
}

interface Problem {
  readonly found: Found;
  readonly line: string;
  /** What the message has in quotes. */
  readonly named: string;
  readonly perhaps: string;
}

const SENTENCES: Readonly<Record<string, (problem: Problem) => string>> = {
  'commander.unknownCommand': ({ found, named, perhaps }) =>
    `There is no command "${[...found.words, named].join(' ')}"${perhaps}`,
  'commander.help': ({ found: { program, words } }) =>
    `"${words.join(' ')}" is not all of a command: add one of ${program.commands.map((child) => child.name()).join(', ')}`,
  'commander.unknownOption': ({ named, perhaps, found }) => {
    const [flag = ''] = named.split('=');
    const isKnown = found.program.options.some(({ long }) => long === flag);
    return isKnown ? `Option '${flag}' does not take a value` : `Unknown option '${named}'${perhaps}`;
  },
  'commander.optionMissingArgument': ({ named }) => `Option '${named}' needs its value`,
  'commander.excessArguments': ({ line }) =>
    `Unexpected argument '${/: ([^,]*)/.exec(line.slice(6))?.[1]?.replace(/\.$/, '')}'`,
  'commander.invalidArgument': ({ line }) => {
    const [, option = '', value = '', choices = ''] =
      /'(--[\w-]+).*' argument '(.*)' is invalid\. Allowed choices are (.*)\.$/.exec(line) ?? [];
    return `${option} ${value} is none of ${choices}`;
  },
};
