import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { benchmarks } from '../../../bench/benchmarks.ts';
import { readResults } from '../../../bench/results.ts';

let guide: string;

beforeAll(async () => {
  guide = await readFile(join(import.meta.dirname, '../../../bench/README.md'), 'utf8');
});

/** What the guide says under the name of a benchmark or of its result. */
function sectionOf(name: string): string {
  const [, section] = guide.split(`\n## ${name}\n`);
  return section?.split('\n## ')[0] ?? '';
}

/** The figures that the guide explains there, by the first cell of each row. */
const explainedIn = (name: string): string[] =>
  [...sectionOf(name).matchAll(/^\| (.+?) \|/gm)]
    .map(([, cell = '']) => cell)
    .filter((cell) => cell !== 'figure' && cell !== '---');

describe('the guide to the benchmarks', () => {
  test.each(benchmarks.filter(({ isExtra }) => isExtra !== true))('has $name', ({ name }) => {
    expect(explainedIn(name)).not.toEqual([]);
  });

  test('explains each figure of the results', async () => {
    for (const { name, figures } of await readResults()) {
      const unexplained = figures.map(({ what }) => what).filter((what) => !explainedIn(name).includes(what));
      expect({ name, unexplained }).toEqual({ name, unexplained: [] });
    }
  });

  test('says how long all of them take', () => {
    const all = benchmarks.filter(({ isExtra }) => isExtra !== true);
    const minutes = all.reduce((sum, benchmark) => sum + benchmark.minutes, 0);

    expect(guide).toContain(`takes some ${Math.round(minutes / 5) * 5} minutes`);
  });
});
