import { describe, expect, it } from '@jest/globals';
import type { Command } from '../../../cli/command.ts';
import { commands } from '../../../cli/commands/commands.ts';
import { helpOn } from '../../../cli/help.ts';
import { helpRequest, parseCommandLine } from '../../../cli/parse.ts';

const parse = (line: string) => parseCommandLine(line.split(' '), commands);

describe('the command line', () => {
  it('names a command; options and ids follow in any order', () => {
    const { command, values, positionals } = parse('dead-letters redrive --local id-1 --rate 2.5 id-2');
    expect(command.path).toEqual(['dead-letters', 'redrive']);
    expect(positionals).toEqual(['id-1', 'id-2']);
    expect([values.flag('local'), values.flag('all'), values.number('rate')]).toEqual([true, false, 2.5]);
  });

  it.each([
    ['dead-letter list', 'There is no command "dead-letter list": see npx devicectl --help.'],
    ['--json', 'There is no command "--json"'],
    ['dead-letters', '"dead-letters" is not all of a command: add one of list, show, redrive, discard.'],
    ['dead-letters list --speed 2', "Unknown option '--speed': see npx devicectl dead-letters list --help."],
    ['dead-letters list --reason x', "Unknown option '--reason'"],
    ['dead-letters list id-1', "Unexpected argument 'id-1'"],
    ['dead-letters list --max', "Option '--max <value>' argument missing"],
    ['dead-letters list --json=yes', "Option '--json' does not take an argument"],
  ])('%s is refused, with what to do', (line, words) => {
    expect(() => parse(line)).toThrow(words);
    expect(() => parse(line)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  it('has options that each have a value or none', () => {
    const { values } = parse('dead-letters list --function= --max x');
    expect(() => values.text('function')).toThrow('--function needs a value.');
    expect(() => values.number('max')).toThrow('is not a number above zero');
  });
});

describe('help', () => {
  const paths = (line: string) =>
    helpRequest(line === '' ? [] : line.split(' '), commands)?.map(({ path }) => path[1]);

  it.each([
    ['', ['list', 'show', 'redrive', 'discard']],
    ['--help', ['list', 'show', 'redrive', 'discard']],
    ['help', ['list', 'show', 'redrive', 'discard']],
    ['dead-letters --help', ['list', 'show', 'redrive', 'discard']],
    ['dead-letters show --help', ['show']],
    ['help dead-letters show', ['show']],
    ['dead-letters show -h', ['show']],
    ['dead-letters show id', undefined],
  ])('on "%s" is about %j', (line, expected) => {
    expect(paths(line)).toEqual(expected);
  });

  it.each(commands.map((command): [string, Command] => [command.path.join(' '), command]))(
    'on %s has all its options and examples, which can be parsed',
    (name, command) => {
      const text = helpOn([command]);
      for (const option of Object.keys(command.options)) expect(text).toContain(`--${option}`);
      expect(command.examples.length).toBeGreaterThan(0);
      for (const [line] of command.examples) {
        const words = line.match(/"[^"]*"|\S+/g) ?? [];
        expect(words.slice(0, 2)).toEqual(['npx', 'devicectl']);
        expect(parseCommandLine(words.slice(2), commands).command.path.join(' ')).toBe(name);
      }
    },
  );
});
