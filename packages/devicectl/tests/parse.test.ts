import { describe, expect, it } from '@jest/globals';
import type { Command, CommandContext } from '../src/command.ts';
import { commands } from '../src/commands/commands.ts';
import { type Invocation, parseCommandLine } from '../src/parse.ts';

const read = (line: string, of = commands) => parseCommandLine(line === '' ? [] : line.split(' '), of);

const parse = (line: string, of = commands): Invocation => {
  const parsed = read(line, of);
  if ('help' in parsed) throw new Error(parsed.help);
  return parsed;
};

describe('the command line', () => {
  it('names a command; options and ids follow in any order', () => {
    const { command, values, positionals } = parse('dead-letters redrive --local id-1 --rate 2.5 id-2');
    expect(command.path).toEqual(['dead-letters', 'redrive']);
    expect(positionals).toEqual(['id-1', 'id-2']);
    expect([values.flag('local'), values.flag('all'), values.number('rate')]).toEqual([true, false, 2.5]);
  });

  it.each([
    [
      'dead-letter list',
      'There is no command "dead-letter", perhaps dead-letters: see npx devicectl --help.',
    ],
    ['nonsense', 'There is no command "nonsense": see npx devicectl --help.'],
    [
      'dead-letters lst',
      'There is no command "dead-letters lst", perhaps list: see npx devicectl dead-letters --help.',
    ],
    ['--json', "Unknown option '--json': see npx devicectl --help."],
    ['dead-letters', '"dead-letters" is not all of a command: add one of list, show, redrive, discard'],
    [
      'dead-letters redrive --rat 2',
      "Unknown option '--rat', perhaps --rate: see npx devicectl dead-letters redrive --help.",
    ],
    ['dead-letters list --reason x', "Unknown option '--reason'"],
    ['dead-letters list id-1', "Unexpected argument 'id-1': see npx devicectl dead-letters list --help."],
    ['dead-letters list --max', "Option '--max <N>' needs its value"],
    ['dead-letters list --json=yes', "Option '--json' does not take a value"],
  ])('%s is refused, with what to do', (line, words) => {
    expect(() => parse(line)).toThrow(words);
    expect(() => parse(line)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  it('tells an argument too many that is empty', () => {
    const args = ['dead-letters', 'list', '', '10'];
    expect(() => parseCommandLine(args, commands)).toThrow("Unexpected argument ''");
  });

  it('has options that each have a value or none', () => {
    const { values } = parse('dead-letters list --function= --max x --stage -x');
    expect(() => values.text('function')).toThrow('--function needs a value.');
    expect(() => values.number('max')).toThrow('is not a number above zero');
    expect(values.text('stage')).toBe('-x');
  });

  it('has options that begin with "no", which are on when they are given', () => {
    expect(parse('device restore dev-1 --no-wait').values.flag('no-wait')).toBe(true);
    expect(parse('device restore dev-1').values.flag('no-wait')).toBe(false);
  });

  it('has options that take some values alone, or several', () => {
    const status = {
      type: 'string',
      description: '',
      choices: ['RUNNING', 'FAILED'],
      multiple: true,
    } as const;
    const command: Command = {
      path: ['a-b'],
      summary: '',
      options: { 'the-status': status },
      examples: [],
      run: async (_: CommandContext) => 0,
    };
    const line = 'a-b --the-status FAILED --the-status RUNNING';
    expect(parse(line, [command]).values.texts('the-status')).toEqual(['FAILED', 'RUNNING']);
    expect(parse('a-b', [command]).values.texts('the-status')).toEqual([]);
    expect(() => parse('a-b --the-status GONE', [command])).toThrow(
      '--the-status GONE is none of RUNNING, FAILED: see npx devicectl a-b --help.',
    );
  });
});

describe('help', () => {
  const help = (line: string): string => {
    const parsed = read(line);
    if ('help' in parsed) return parsed.help;
    throw new Error(`"${line}" is a command to be run`);
  };

  it.each(['', '--help', '-h', 'help'])('on "%s" is about all commands', (line) => {
    const text = help(line);
    for (const { path } of commands) expect(text).toContain(`  ${path.join(' ')}`);
    expect(text).toContain('Exit codes: 0 done');
  });

  it.each(['dead-letters --help', 'help dead-letters', 'dead-letters -h'])(
    'on "%s" is about those alone',
    (line) => {
      expect(help(line).match(/^ {2}dead-letters \w+/gm)).toEqual([
        '  dead-letters list',
        '  dead-letters show',
        '  dead-letters redrive',
        '  dead-letters discard',
      ]);
    },
  );

  it('on a command is not the command itself', () => {
    for (const line of ['dead-letters show -h', 'help dead-letters show', 'dead-letters show id --help']) {
      expect(help(line)).toContain('Usage: npx devicectl dead-letters show [options] ID\n');
    }
    expect(parse('dead-letters show id').positionals).toEqual(['id']);
  });

  it.each(commands.map((command): [string, Command] => [command.path.join(' '), command]))(
    'on %s has all its options and examples, which can be parsed',
    (name, command) => {
      const text = help(`${name} --help`);
      for (const option of [...Object.keys(command.options), 'json', 'local']) {
        expect(text).toContain(`--${option}`);
      }
      const paths = command.examples.map(([line]) => {
        expect(text).toContain(line);
        const words = line.match(/"[^"]*"|\S+/g) ?? [];
        expect(words.slice(0, 2)).toEqual(['npx', 'devicectl']);
        const parsed = parseCommandLine(words.slice(2), commands);
        return 'help' in parsed ? undefined : parsed.command.path;
      });
      // What comes next may be an example too.
      expect(paths[0]).toEqual(command.path);
      expect(paths).not.toContain(undefined);
    },
  );
});
