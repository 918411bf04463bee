import type { LogRow } from './ports.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
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

/** What a query that bins by time has found. */
export interface Chart {
  /** The column that is summed up: the first of numbers. */
  readonly measure: string;
  /** The column with the times. */
  readonly column: string;
  readonly widthMs: number;
  /** In the order of time, also those in which there was nothing. `atMs`: when it begins, in epoch milliseconds. */
  readonly bins: readonly { readonly atMs: number; readonly sum: number }[];
}

/** The sums of the first column of numbers, bin by bin; nothing when there are none. */
export function chartOf(rows: readonly LogRow[], { column, widthMs }: Bins): Chart | undefined {
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
  const bins = [...sums].sort(([one], [other]) => one - other).map(([atMs, sum]) => ({ atMs, sum }));
  return { measure, column, widthMs, bins };
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
