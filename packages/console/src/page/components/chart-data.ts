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

const UNKNOWN = '–';

/** Of a point's value, which may not be known. */
export const valueText = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? UNKNOWN : format(value);
