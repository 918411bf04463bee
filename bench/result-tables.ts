import type { Panel } from './plot.ts';

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
export interface StoredResult extends Omit<Result, 'panels' | 'raw'> {
  /** ISO 8601 */
  readonly measuredAt: string;
  /** Short, of what was checked out. */
  readonly commit: string;
  /** Its processors, memory and Node.js. */
  readonly machine: string;
  /** The file with its panels. */
  readonly picture?: string;
}

export const BLOCK_START = '<!-- figures: made by `npm run bench` out of bench/results -->';
export const BLOCK_END = '<!-- end of figures -->';

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
export function renderPage(results: readonly StoredResult[]): string {
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
export function renderBlock(results: readonly StoredResult[]): string {
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
export function replaceBlock(page: string, block: string): string {
  const start = page.indexOf(BLOCK_START);
  const end = page.indexOf(BLOCK_END, start);
  if (start === -1 || end === -1) throw new Error(`The page has no "${BLOCK_START}" with its end.`);
  return page.slice(0, start) + block + page.slice(end + BLOCK_END.length);
}
