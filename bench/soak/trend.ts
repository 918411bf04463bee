/** How a quantity has changed over a span, by a straight line through its samples. */
export interface Trend {
  readonly mean: number;
  /** From the beginning of the span to its end. */
  readonly growth: number;
  /** Of the growth, with 95 % confidence. */
  readonly low: number;
  readonly high: number;
  /** How many means of neighbours it is from. */
  readonly blocks: number;
}

type Point = readonly [x: number, y: number];

const MAX_BLOCKS = 15;
/** Of Student's distribution, two-sided 95 %, for 1, 2, 3 … degrees of freedom. */
const STUDENT = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16];

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Neighbours hang together (sawteeth of caches, phases of the traffic): their means do so less. */
function blocksOf(points: readonly Point[]): Point[] {
  const count = Math.min(MAX_BLOCKS, points.length);
  return Array.from({ length: count }, (_, index) => {
    const part = points.slice(
      Math.floor((index * points.length) / count),
      Math.floor(((index + 1) * points.length) / count),
    );
    return [meanOf(part.map(([x]) => x)), meanOf(part.map(([, y]) => y))] as const;
  });
}

/** The line of least squares through the means of neighbours; without three samples there is none. */
export function trendOf(points: readonly Point[]): Trend | undefined {
  const MIN_POINTS = 3;
  if (points.length < MIN_POINTS) return undefined;
  const blocks = blocksOf(points);
  const [meanX, meanY] = [meanOf(blocks.map(([x]) => x)), meanOf(blocks.map(([, y]) => y))];
  const spread = blocks.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = blocks.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const rest = blocks.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  const freedom = blocks.length - 2;
  const margin = (STUDENT[freedom - 1] ?? 2) * Math.sqrt(rest / freedom / spread);
  const span = (points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0);
  return {
    mean: meanY,
    growth: slope * span,
    low: (slope - margin) * span,
    high: (slope + margin) * span,
    blocks: blocks.length,
  };
}

/** What is left of a run once its first quarter, in which everything warms up, is taken off. */
export function lastThreeQuarters<T extends { readonly seconds: number }>(samples: readonly T[]): T[] {
  const WARM_UP_SHARE = 0.25;
  const from = (samples.at(-1)?.seconds ?? 0) * WARM_UP_SHARE;
  return samples.filter(({ seconds }) => seconds >= from);
}
