/** A colour by its meaning, as in base.css. */
export type ChartTone = 'accent' | 'good' | 'warn' | 'bad' | 'quiet';

export interface ChartSeries {
  readonly name: string;
  readonly tone: ChartTone;
}

export interface ChartPoint {
  readonly x: number;
  /** One of each series; `null` where it is not known. */
  readonly values: readonly (number | null)[];
}

/** For each series the sums of it and those below it: what its bar reaches up to. */
export function stacked(points: readonly ChartPoint[], seriesCount: number): readonly (number | null)[][] {
  const sums = points.map(() => 0);
  return Array.from({ length: seriesCount }, (_, series) =>
    points.map(({ values }, index) => {
      const value = values[series] ?? null;
      if (value !== null) sums[index] = (sums[index] ?? 0) + value;
      return value === null ? null : (sums[index] ?? 0);
    }),
  );
}

/** Every so-manieth of these, so that not more than `most` are left. */
export function thinned(xs: readonly number[], most: number): number[] {
  const step = Math.max(1, Math.ceil(xs.length / Math.max(1, most)));
  return xs.filter((_, index) => index % step === 0);
}

/** Half of the least distance between two neighbours; half a unit where there are none. */
export function halfStep(xs: readonly number[]): number {
  const gaps = xs.slice(1).map((x, index) => x - (xs[index] ?? x));
  return gaps.length === 0 ? 0.5 : Math.min(...gaps) / 2;
}

interface SummaryWords {
  readonly points: (count: string, from: string, to: string) => string;
  readonly most: (name: string, value: string, at: string) => string;
  readonly nothing: string;
}

interface SummaryOptions {
  readonly formatX: (x: number) => string;
  readonly formatY: (y: number) => string;
  readonly text: SummaryWords;
}

/** What a chart shows, in a sentence. */
export function summaryOf(
  points: readonly ChartPoint[],
  series: readonly ChartSeries[],
  { formatX, formatY, text }: SummaryOptions,
): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return text.nothing;
  const highest = series.flatMap(({ name }, index) => {
    const known = points.filter(({ values }) => (values[index] ?? null) !== null);
    const [top] = known.toSorted((one, other) => Number(other.values[index]) - Number(one.values[index]));
    return top === undefined ? [] : [text.most(name, formatY(Number(top.values[index])), formatX(top.x))];
  });
  return [text.points(String(points.length), formatX(first.x), formatX(last.x)), ...highest].join('; ');
}
