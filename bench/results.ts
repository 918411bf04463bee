import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { renderPanels } from './plot.ts';
import { type Result, renderBlock, renderPage, replaceBlock, type StoredResult } from './result-tables.ts';

export type { Figure, Result } from './result-tables.ts';

const PROJECT_DIR = join(import.meta.dirname, '..');
const RESULTS_DIR = join(import.meta.dirname, 'results');
const README = join(PROJECT_DIR, 'README.md');

/** Where results go instead of those that are kept: of runs that are too short to say anything. */
export const RESULTS_DIR_VARIABLE = 'BENCH_RESULTS_DIR';

/** Short, with what tells that it is not quite what was measured. */
async function commitOf(): Promise<string> {
  const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: PROJECT_DIR });
  const { stdout: commit } = await git('rev-parse', '--short', 'HEAD');
  const sources = ['.', ':!bench/results', ':!*.md'];
  const { stdout: changed } = await git('status', '--porcelain', '--untracked-files=no', '--', ...sources);
  return changed === '' ? commit.trim() : `${commit.trim()} with changes`;
}

/** All results that are in the directory, by name. */
export async function readResults(directory = RESULTS_DIR): Promise<StoredResult[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(directory, file), 'utf8')) as StoredResult),
  );
}

/** Makes anew what follows from the results: their page, and what README.md shows of those that are kept. */
async function renderAll(directory: string): Promise<void> {
  const results = await readResults(directory);
  await writeFile(join(directory, 'README.md'), renderPage(results));
  if (directory !== RESULTS_DIR) return;
  await writeFile(README, replaceBlock(await readFile(README, 'utf8'), renderBlock(results)));
}

/**
 * Keeps what a benchmark came to: NAME.json with everything, NAME.svg with its panels, and the pages that show it. The
 * environment variable BENCH_RESULTS_DIR keeps it elsewhere, and README.md as it is.
 */
export async function saveResult(result: Result): Promise<void> {
  const directory = process.env[RESULTS_DIR_VARIABLE] ?? RESULTS_DIR;
  const stored: StoredResult = {
    ...result,
    measuredAt: new Date().toISOString(),
    commit: await commitOf(),
    cores: availableParallelism(),
    nodeVersion: process.versions.node,
  };
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, `${result.name}.json`), `${JSON.stringify(stored, undefined, 1)}\n`);
  if (result.panels !== undefined) {
    await writeFile(join(directory, `${result.name}.svg`), renderPanels(result.panels));
  }
  await renderAll(directory);
}
