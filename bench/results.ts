import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Panel, renderPanels } from './plot.ts';

export interface Figure {
  /** What it is of, as bench/README.md explains it. */
  readonly what: string;
  /** With its unit. */
  readonly measured: string;
  /** What it was measured against in the same run, or what it follows from. */
  readonly reference: string;
  readonly goal?: string;
  readonly isMet?: boolean;
}

/** A line each. */
export function printFigures(figures: readonly Figure[]): void {
  for (const { what, measured, reference, goal } of figures) {
    const against = reference === '' ? '' : ` (${reference})`;
    console.log(`  ${what}: ${measured}${against}${goal === undefined ? '' : `; goal: ${goal}`}`);
  }
}

/** What a benchmark came to, and what is needed to measure it again. */
export interface Result {
  /** Of the benchmark, and of its files. */
  readonly name: string;
  readonly title: string;
  readonly command: string;
  readonly figures: readonly Figure[];
  readonly panels?: readonly Panel[];
  /** All that was measured, as JSON. */
  readonly raw: unknown;
}

/** What is kept of it. */
interface StoredResult extends Omit<Result, 'panels' | 'raw'> {
  /** ISO 8601 */
  readonly measuredAt: string;
  /** Short, of what was checked out. */
  readonly commit: string;
  /** Its processors, memory and Node.js. */
  readonly machine: string;
  /** The file with its panels. */
  readonly picture?: string;
}

const BLOCK_START = '<!-- figures: made by `npm run bench` out of bench/results -->';
const BLOCK_END = '<!-- end of figures -->';

/** Whose picture stands for all. */
const PICTURED = 'move';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

function verdictOf({ isMet }: Figure): string {
  if (isMet === undefined) return '';
  return isMet ? 'yes' : '**no**';
}

const byName = (results: readonly StoredResult[]): StoredResult[] =>
  results.toSorted((a, b) => (a.name < b.name ? -1 : 1));

function sectionOf(result: StoredResult): string {
  const { name, title, command, measuredAt, commit, machine, picture, figures } = result;
  const rows = figures.map((figure) => [
    figure.what,
    figure.measured,
    figure.reference,
    figure.goal ?? '',
    verdictOf(figure),
  ]);
  return [
    `## ${name}: ${title}`,
    `\`${command}\`, ${measuredAt.slice(0, 10)}, commit ${commit}, ${machine}.`,
    table(['figure', 'measured', 'against', 'goal', 'met'], rows),
    ...(picture === undefined ? [] : [`![${title}](${picture})`]),
  ].join('\n\n');
}

/** The page of all results, Markdown. */
function renderPage(results: readonly StoredResult[]): string {
  const introduction =
    '# Results\n\nMade by `npm run bench`; edit nothing here. What each figure means, how it is measured and what limits it is in [the guide](../README.md).';
  return `${[introduction, ...byName(results).map(sectionOf)].join('\n\n')}\n`;
}

/** What has more figures than this with a goal says in one line how many are met, and names the others. */
const MOST_FIGURES = 5;

function summaryOf({ name, title, figures }: StoredResult): readonly (readonly string[])[] {
  const judged = figures.filter(({ goal }) => goal !== undefined);
  const missed = judged.filter(({ isMet }) => isMet === false);
  const rowOf = (figure: Figure) => [
    name,
    figure.what,
    figure.measured,
    figure.goal ?? '',
    verdictOf(figure),
  ];
  if (judged.length <= MOST_FIGURES) return judged.map(rowOf);
  const met = judged.length - missed.length;
  const all = [
    name,
    title,
    `${met} of ${judged.length} claims hold`,
    'all',
    missed.length === 0 ? 'yes' : '',
  ];
  return [all, ...missed.map(rowOf)];
}

/** What README.md shows, with its markers: the figures that have a goal, and one picture. */
function renderBlock(results: readonly StoredResult[]): string {
  const rows = byName(results).flatMap(summaryOf);
  const pictured = results.find((result) => result.name === PICTURED);
  return [
    BLOCK_START,
    table(['benchmark', 'figure', 'measured', 'goal', 'met'], rows),
    ...(pictured?.picture === undefined ? [] : [`![${pictured.title}](bench/results/${pictured.picture})`]),
    BLOCK_END,
  ].join('\n\n');
}

/** Throws when the page has no place for the block. */
function replaceBlock(page: string, block: string): string {
  const start = page.indexOf(BLOCK_START);
  const end = page.indexOf(BLOCK_END, start);
  if (start === -1 || end === -1) throw new Error(`The page has no "${BLOCK_START}" with its end.`);
  return page.slice(0, start) + block + page.slice(end + BLOCK_END.length);
}

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
async function readResults(directory = RESULTS_DIR): Promise<StoredResult[]> {
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
