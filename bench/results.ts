import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { renderPanels } from './plot.ts';
import { type Result, renderBlock, renderPage, replaceBlock, type StoredResult } from './result-tables.ts';

export type { Figure, Result } from './result-tables.ts';

const PROJECT_DIR = join(import.meta.dirname, '..');
const RESULTS_DIR = join(import.meta.dirname, 'results');
/** Everything that was measured, too much to keep. */
const RAW_DIR = join(PROJECT_DIR, '.local/bench');
const README = join(PROJECT_DIR, 'README.md');
const BYTES_PER_GIB = 2 ** 30;

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
  const files = (await readdir(directory))
    .filter((file) => file.endsWith('.json') && !file.endsWith('-measured.json'))
    .sort();
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

/** `4 × Intel(R) Xeon(R) …, 16 GiB, Node.js 24.1.0` */
function machineOf(): string {
  const cores = cpus();
  const memory = `${Math.round(totalmem() / BYTES_PER_GIB)} GiB`;
  return `${cores.length} × ${cores[0]?.model.trim() ?? 'unknown'}, ${memory}, Node.js ${process.versions.node}`;
}

async function writeJson(directory: string, file: string, content: unknown): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, file), `${JSON.stringify(content, undefined, 1)}\n`);
}

/**
 * Keeps what a benchmark came to: NAME.json with its figures, commit and machine, NAME.svg with its panels, and the
 * pages that show them; all that was measured is in .local/bench/NAME-measured.json. The environment variable
 * BENCH_RESULTS_DIR keeps it elsewhere, and README.md as it is.
 */
export async function saveResult({ panels, raw, ...result }: Result): Promise<void> {
  const directory = process.env[RESULTS_DIR_VARIABLE] ?? RESULTS_DIR;
  const stored: StoredResult = {
    ...result,
    measuredAt: new Date().toISOString(),
    commit: await commitOf(),
    machine: machineOf(),
    ...(panels === undefined ? {} : { picture: `${result.name}.svg` }),
  };
  await writeJson(RAW_DIR, `${result.name}-measured.json`, raw);
  await writeJson(directory, `${result.name}.json`, stored);
  if (panels !== undefined) await writeFile(join(directory, `${result.name}.svg`), renderPanels(panels));
  await renderAll(directory);
}
