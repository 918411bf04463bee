import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  BLOCK_END,
  BLOCK_START,
  renderBlock,
  renderPage,
  replaceBlock,
  type StoredResult,
} from '../../../bench/result-tables.ts';
import { readResults } from '../../../bench/results.ts';

const PROJECT_DIR = join(import.meta.dirname, '../../..');

const result: StoredResult = {
  name: 'move',
  title: 'a move against the bare transaction',
  command: 'npm run bench -- move',
  measuredAt: '2026-01-02T03:04:05.678Z',
  commit: '1234567',
  cores: 2,
  nodeVersion: '24.0.0',
  figures: [
    {
      what: 'rate | command',
      measured: '×0.96',
      reference: 'bare calls',
      goal: 'at least ×0.95',
      isMet: true,
    },
    {
      what: 'rate, whole way',
      measured: '×0.50',
      reference: 'bare calls',
      goal: 'at least ×0.75',
      isMet: false,
    },
    { what: 'latency', measured: '×1.1', reference: 'bare calls' },
  ],
  panels: [{ title: 'Rate', xLabel: '', yLabel: '', kind: 'bar', categories: [], series: [] }],
  raw: {},
};

test('the page has every figure, with what was measured where and whether its goal is met', () => {
  const page = renderPage([result]);

  expect(page).toContain('2026-01-02, commit 1234567, 2 cores, Node.js 24.0.0');
  expect(page).toContain('| rate \\| command | ×0.96 | bare calls | at least ×0.95 | yes |');
  expect(page).toContain('| rate, whole way | ×0.50 | bare calls | at least ×0.75 | **no** |');
  expect(page).toContain('| latency | ×1.1 | bare calls |  |  |');
  expect(page).toContain('(move.svg)');
});

test("README.md's block has the figures with goals, and a picture", () => {
  const block = renderBlock([{ ...result, name: 'cold', panels: [] }, result]);

  expect(block).toContain('| cold | rate, whole way | ×0.50 | at least ×0.75 | **no** |');
  expect(block).not.toContain('latency');
  expect(block.match(/!\[.*?\]\(.*?\)/g)).toEqual([
    '![a move against the bare transaction](bench/results/move.svg)',
  ]);
});

test('what has many claims is told in one line, and what does not hold beside it', () => {
  const claim = { what: 'a claim', measured: '0', reference: 'what was sent', goal: '0', isMet: true };
  const missed = { ...claim, what: 'another', measured: '2', isMet: false };
  const soak = { ...result, name: 'soak', title: 'an hour', panels: [] };
  const rows = (figures: StoredResult['figures']) =>
    renderBlock([{ ...soak, figures }]).match(/^\| soak .*$/gm);

  expect(rows(new Array(6).fill(claim))).toEqual(['| soak | an hour | 6 of 6 claims hold | all | yes |']);
  expect(rows([...new Array(6).fill(claim), missed])).toEqual([
    '| soak | an hour | 6 of 7 claims hold | all |  |',
    '| soak | another | 2 | 0 | **no** |',
  ]);
});

test('a block replaces the one before it, and nothing else', () => {
  const page = `# A\n\n${BLOCK_START}\nold\n${BLOCK_END}\n\nB\n`;

  expect(replaceBlock(page, renderBlock([result]))).toBe(`# A\n\n${renderBlock([result])}\n\nB\n`);
  expect(() => replaceBlock('# A', 'block')).toThrow('The page has no');
});

test('README.md and the page of results are what the results that are kept make of them', async () => {
  const results = await readResults();
  const readme = await readFile(join(PROJECT_DIR, 'README.md'), 'utf8');
  const page = await readFile(join(PROJECT_DIR, 'bench/results/README.md'), 'utf8');

  expect(replaceBlock(readme, renderBlock(results))).toBe(readme);
  expect(page).toBe(renderPage(results));
});
