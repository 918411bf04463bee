import type { Command, OptionDefinitions } from './command.ts';
import { COMMON_OPTIONS } from './parse.ts';

const INTRODUCTION = `Works on the device lifecycle service, on AWS with your own credentials, or with --local on this machine.

  npx devicectl COMMAND [options]`;

const EXIT_CODES = `Exit codes: 0 done, 1 failed, 2 the command line is wrong, 3 not found, 4 not all of it could be done, be it because some can never be sent.`;

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

function describeOptions(options: OptionDefinitions): string {
  return columns(
    Object.entries(options).map(([name, { value, description }]) => [
      value === undefined ? `--${name}` : `--${name} ${value}`,
      description,
    ]),
  );
}

const lineOf = ({ path, positionals }: Command): string =>
  [...path, ...(positionals === undefined ? [] : [positionals])].join(' ');

function describeCommand(command: Command): string {
  const { summary, options, examples } = command;
  const parts = [`npx devicectl ${lineOf(command)} [options]`, summary];
  if (Object.keys(options).length > 0) parts.push(describeOptions(options));
  parts.push(describeOptions(COMMON_OPTIONS), columns(examples), EXIT_CODES);
  return parts.join('\n\n');
}

/** Help on one command, or the list of several. */
export function helpOn(commands: readonly Command[]): string {
  const [only] = commands;
  if (only !== undefined && commands.length === 1) return describeCommand(only);
  const list = columns(commands.map((command) => [lineOf(command), command.summary] as const));
  return [INTRODUCTION, list, 'npx devicectl COMMAND --help says more, with examples.', EXIT_CODES].join(
    '\n\n',
  );
}
