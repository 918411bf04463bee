import { STACK_OPTIONS } from '@device-lifecycle/operator/stack.ts';
import { Help, Option, Command as Program } from 'commander';
import type { Command, OptionDefinition, OptionDefinitions } from './command.ts';

/** Of every command. */
export const COMMON_OPTIONS: OptionDefinitions = {
  json: { type: 'boolean', description: 'JSON in place of tables' },
  ...STACK_OPTIONS,
};

const COMMON_GROUP = 'Options of every command:';

const INTRODUCTION =
  'Works on the device lifecycle service, on AWS with your own credentials, or with --local on this machine.';

const EXIT_CODES = `Exit codes: 0 done, 1 failed, 2 the command line is wrong, 3 not found, 4 not all of it could be done, 130 left with Ctrl-C.`;

/** What is told of a command line. */
interface ProgramEvents {
  /** It is a command, with these options and what follows them. */
  onRun(command: Command, options: Readonly<Record<string, unknown>>, positionals: readonly string[]): void;
  onHelp(text: string): void;
}

interface ProgramOptions extends ProgramEvents {
  /** At which help is wrapped. */
  readonly columns: number;
}

/** The commands as a program of Commander's, which parses command lines, suggests and helps, and prints nothing itself. */
export function createProgram(commands: readonly Command[], options: ProgramOptions): Program {
  const { columns, onHelp } = options;
  const root = new Program('npx devicectl')
    .description(INTRODUCTION)
    .usage('COMMAND [options]')
    .helpCommand(false)
    .addHelpOption(new Option('-h, --help', 'this text').helpGroup(COMMON_GROUP))
    .configureOutput({ writeOut: onHelp, writeErr: () => undefined, getOutHelpWidth: () => columns })
    .configureHelp({ subcommandTerm: termOf, formatHelp: formatHelpOnAll })
    .exitOverride()
    .addHelpText('after', `\nnpx devicectl COMMAND --help says more, with examples.\n\n${EXIT_CODES}`);
  for (const command of commands) addCommand(root, command, options);
  return root;
}

const TERMS = new WeakMap<Program, string>();

const termOf = (program: Program): string => TERMS.get(program) ?? program.name();

/** All commands at once, where Commander would list their first words. */
function formatHelpOnAll(program: Program, helper: Help): string {
  helper.visibleCommands = leavesOf;
  return Help.prototype.formatHelp.call(helper, program, helper);
}

const leavesOf = (program: Program): Program[] =>
  program.commands.flatMap((child) => (child.commands.length === 0 ? [child] : leavesOf(child)));

function addCommand(root: Program, command: Command, { onRun }: ProgramEvents): void {
  const { path, summary, positionals, options, examples } = command;
  const program = groupOf(root, path.slice(0, -1)).command(path.at(-1) ?? '');
  TERMS.set(program, [...path, ...(positionals === undefined ? [] : [positionals])].join(' '));
  program
    .description(summary)
    .usage(['[options]', ...(positionals === undefined ? [] : [positionals])].join(' '))
    .addHelpText('after', `\nExamples:\n${columns(examples)}\n\n${EXIT_CODES}`);
  if (positionals !== undefined) program.argument('[words...]');
  for (const [name, definition] of Object.entries(options)) program.addOption(optionOf(name, definition));
  for (const [name, definition] of Object.entries(COMMON_OPTIONS)) {
    program.addOption(optionOf(name, definition).helpGroup(COMMON_GROUP));
  }
  // What follows the options stands in the place of the argument, which only has to be there.
  program.configureHelp({ visibleArguments: () => [] });
  const names = Object.keys({ ...options, ...COMMON_OPTIONS });
  program.action(() => onRun(command, valuesOf(program, names), program.args));
}

function groupOf(root: Program, words: readonly string[]): Program {
  let group = root;
  for (const [index, word] of words.entries()) {
    const next = group.commands.find((program) => program.name() === word) ?? group.command(word);
    TERMS.set(next, words.slice(0, index + 1).join(' '));
    group = next.usage('COMMAND [options]').addHelpText('after', '');
  }
  return group;
}

function optionOf(name: string, { type, value, description, multiple, choices }: OptionDefinition): Option {
  const flag = type === 'boolean' ? `--${name}` : `--${name} <${value ?? 'VALUE'}>`;
  const option = new Option(flag, description);
  if (choices !== undefined) option.choices(choices);
  if (multiple === true) {
    const check = option.parseArg;
    option.argParser((text: string, before: readonly string[] | undefined) => [
      ...(before ?? []),
      check === undefined ? text : check<string>(text, ''),
    ]);
  }
  return option;
}

/** By the names as they are typed, for which Commander has its own: `--no-wait` is a `wait` that is false. */
function valuesOf(program: Program, names: readonly string[]): Readonly<Record<string, unknown>> {
  const values = program.opts();
  return Object.fromEntries(
    names.map((name) => {
      const option = new Option(`--${name}`);
      const value: unknown = values[option.attributeName()];
      return [name, option.negate ? value === false : value] as const;
    }),
  );
}

function columns(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([line, does]) => `  ${line}\n      ${does}`).join('\n');
}
