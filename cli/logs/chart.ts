import { printableLine } from '../output/printable.ts';
import type { LogRow } from './ports.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const DEFAULT_COLUMNS = 80;
const MAX_BINS = 500;

interface Bins {
  /** The column with the times. */
  readonly column: string;
  readonly widthMs: number;
}

/** How a query bins by time: `by bin(1h) as hour`; nothing for one that does not. */
export function binsOf(queryString: string): Bins | undefined {
  const found = /\bbin\(\s*(\d+)\s*([a-z]+)\s*\)(?:\s+as\s+([\w@.]+))?/i.exec(queryString);
  if (found === null) return undefined;
  const [text, count, unit = '', alias] = found;
  const unitMs = UNIT_MS[unit] ?? UNIT_MS[unit.slice(0, 1)] ?? 0;
  return { column: alias ?? text, widthMs: Number(count) * unitMs };
}

/** A bar for each bin, of the first column of numbers, in the order of time; nothing when there are none. */
export function chartOf(
  rows: readonly LogRow[],
  { column, widthMs }: Bins,
  columns = DEFAULT_COLUMNS,
): string | undefined {
  const measure = Object.keys(rows[0] ?? {}).find(
    (name) => name !== column && rows.every((row) => isNumber(row[name])),
  );
  const times = rows.map((row) => timeOf(row[column]));
  if (measure === undefined || times.some(Number.isNaN)) return undefined;
  const sums = new Map<number, number>();
  for (const time of withGaps(times, widthMs)) sums.set(time, 0);
  for (const [index, row] of rows.entries()) {
    const time = times[index] ?? 0;
    sums.set(time, (sums.get(time) ?? 0) + Number(row[measure] ?? 0));
  }
  const bins = [...sums].sort(([one], [other]) => one - other);
  const most = Math.max(...bins.map(([, sum]) => sum));
  const numbers = bins.map(([, sum]) => sum.toLocaleString('en', { maximumFractionDigits: 2 }));
  const label = (time: number) =>
    new Date(time)
      .toISOString()
      .replace('T', ' ')
      .slice(0, widthMs < 60_000 ? 19 : 16);
  const widest = Math.max(...numbers.map(({ length }) => length));
  const room = Math.max(10, Math.min(columns, 120) - 22 - widest);
  const lines = bins.map(([time, sum], index) => {
    const bar = '█'.repeat(most > 0 ? Math.round((Math.max(0, sum) / most) * room) : 0);
    return `${label(time)}  ${(numbers[index] ?? '').padStart(widest)}  ${bar}`.trimEnd();
  });
  return [printableLine(`${measure} by ${column} (UTC)`), ...lines].join('\n');
}

const isNumber = (text: string | undefined): boolean =>
  text !== undefined && text !== '' && Number.isFinite(Number(text));

/** `2026-11-25 22:00:00.000`, in UTC. */
const timeOf = (text: string | undefined): number => Date.parse(`${text?.replace(' ', 'T')}Z`);

/** And the bins between, in which there was nothing. */
function withGaps(times: readonly number[], widthMs: number): readonly number[] {
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const count = widthMs > 0 ? (last - first) / widthMs + 1 : 0;
  if (!Number.isInteger(count) || count > MAX_BINS) return times;
  return Array.from({ length: count }, (_, index) => first + index * widthMs);
}
