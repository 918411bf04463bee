import { expect, test } from '@jest/globals';
import type { Benchmark } from '../../../bench/benchmarks.ts';
import { readSelection } from '../../../bench/selection.ts';

const benchmark = (name: string): Benchmark => ({ name, what: name, minutes: 1, run: async () => undefined });
const all: readonly Benchmark[] = [
  benchmark('move'),
  benchmark('fleet-rate'),
  benchmark('fleet-kill'),
  { ...benchmark('soak'), isExtra: true },
];

const namesOf = (...argv: string[]) => readSelection(argv, all).benchmarks.map(({ name }) => name);

test('without a name all are run, but for those that have to be asked for', () => {
  expect(namesOf()).toEqual(['move', 'fleet-rate', 'fleet-kill']);
  expect(namesOf('--quick')).toEqual(['move', 'fleet-rate', 'fleet-kill']);
});

test('benchmarks are named by themselves, or by what several names begin with', () => {
  expect(namesOf('soak')).toEqual(['soak']);
  expect(namesOf('fleet')).toEqual(['fleet-rate', 'fleet-kill']);
  expect(namesOf('fleet-kill', 'move')).toEqual(['move', 'fleet-kill']);
});

test('what is not known is refused by what is', () => {
  expect(() => namesOf('mov')).toThrow(
    'There is no benchmark "mov". There are: move, fleet-rate, fleet-kill, soak.',
  );
  expect(() => namesOf('--devices', '10')).toThrow('--devices is of one benchmark: give its name before it.');
});

test("options are the benchmarks' own, but for those of all", () => {
  const selection = readSelection(['fleet', '--quick', '--devices', '10'], all);

  expect(selection).toMatchObject({ isQuick: true, isHelp: false, args: ['--devices', '10'] });
});
