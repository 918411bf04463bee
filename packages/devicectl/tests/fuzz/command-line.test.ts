import { CliError } from '@device-lifecycle/operator/errors.ts';
import { explain } from '@device-lifecycle/operator/explain.ts';
import { fuzz } from '@device-lifecycle/test-kit/fuzz/fuzz.ts';
import { nastyNumber, nastyString } from '@device-lifecycle/test-kit/fuzz/malice.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { createTool } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commands } from '../../src/commands/commands.ts';
import { type Invocation, parseCommandLine } from '../../src/parse.ts';
import { COMMON_OPTIONS } from '../../src/program.ts';

const OPTIONS = [
  ...new Set(commands.flatMap(({ options }) => Object.keys({ ...options, ...COMMON_OPTIONS }))),
];
const WORDS = [...new Set(commands.flatMap(({ path }) => path))];

const value = fc.oneof(
  nastyString,
  nastyNumber.map(String),
  fc.constantFrom(
    '10',
    '2.5',
    '0',
    '-1',
    'dev',
    'eu-west-1',
    'FAILED',
    '2026-01-01',
    '1h',
    '30d',
    'x=y',
    'prototype=1',
  ),
);
const option = fc.oneof(
  fc.constantFrom(...OPTIONS, 'help', '__proto__', 'constructor', 'no-json', '').map((name) => `--${name}`),
  fc.tuple(fc.constantFrom(...OPTIONS), value).map(([name, text]) => `--${name}=${text}`),
  fc.constantFrom('-h', '-', '--', '---', '-x', '-abc', '--=', '--json=true', '--no-', '-h=1'),
);

/** A command that is there with options that it has, in any order, and whatever else comes to mind. */
const goodLine = fc.constantFrom(...commands).chain(({ path, options, positionals }) => {
  const known = Object.entries({ ...options, ...COMMON_OPTIONS });
  const given = fc
    .tuple(fc.constantFrom(...known), value)
    .map(([[name, { type }], text]) => (type === 'boolean' ? [`--${name}`] : [`--${name}`, text]));
  const ids = positionals === undefined ? fc.constant([]) : fc.array(value, { maxLength: 2 });
  return fc
    .tuple(fc.array(given, { maxLength: 3 }), ids)
    .map(([some, words]) => [...path, ...some.flat(), ...words]);
});
const anyLine = fc.array(fc.oneof(fc.constantFrom(...WORDS, 'help'), option, value), { maxLength: 6 });
const line = fc.oneof(
  { weight: 2, arbitrary: goodLine },
  { weight: 1, arbitrary: anyLine },
  { weight: 1, arbitrary: fc.tuple(goodLine, anyLine).map(([good, other]) => [...good, ...other]) },
);

const NO_STACK = new CliError('There is no stack.');

/** As far as a command goes without a stack: it must not get further on nonsense. */
async function runWithoutStack({ command, values, positionals }: Invocation): Promise<string> {
  const tool = createTool();
  const context = { ...tool.context(), values, positionals, connect: () => Promise.reject(NO_STACK) };
  const exitCode = await command.run(context);
  expect(command.path).toEqual(['completion']);
  expect(exitCode).toBe(0);
  return 'ran';
}

/** What the tool says of it. */
function endedWith(error: unknown, args: readonly string[]): string {
  if (error === NO_STACK) return 'understood';
  if (!(error instanceof CliError)) throw error;
  expect([1, 2, 3]).toContain(error.exitCode);
  expect(explain(error)).toMatch(/[.:]|\n/);
  const defects = ['\n    at ', 'undefined', '[object'].filter((text) => !args.join().includes(text));
  expect(defects.filter((text) => explain(error).includes(text))).toEqual([]);
  return `exit code ${error.exitCode}`;
}

describe(`command lines (TEST_SEED=${TEST_SEED})`, () => {
  it('are understood, or refused with a sentence and an exit code', async () => {
    const tally = await fuzz('cli/command-lines', line, async (args) => {
      try {
        const parsed = parseCommandLine(args, commands);
        if ('help' in parsed) {
          expect(parsed.help).toMatch(/^Usage: /);
          return 'help';
        }
        return await runWithoutStack(parsed);
      } catch (error) {
        return endedWith(error, args);
      }
    });
    expect(tally).toMatchObject({
      understood: expect.any(Number),
      help: expect.any(Number),
      'exit code 2': expect.any(Number),
    });
  });
});
