import { fitLine } from '../fleet/fit.ts';

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
function blocksOf(points: readonly Point[]) {
  const count = Math.min(MAX_BLOCKS, points.length);
  return Array.from({ length: count }, (_, index) => {
    const part = points.slice(
      Math.floor((index * points.length) / count),
      Math.floor(((index + 1) * points.length) / count),
    );
    return { x: meanOf(part.map(([x]) => x)), y: meanOf(part.map(([, y]) => y)) };
  });
}

/** The line of least squares through the means of neighbours; without three samples there is none. */
export function trendOf(points: readonly Point[]): Trend | undefined {
  const MIN_POINTS = 3;
  if (points.length < MIN_POINTS) return undefined;
  const blocks = blocksOf(points);
  const { slope, slopeError } = fitLine(blocks);
  const degreesOfFreedom = blocks.length - 2;
  const margin = (STUDENT[degreesOfFreedom - 1] ?? 2) * slopeError;
  const span = (points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0);
  return {
    mean: meanOf(blocks.map(({ y }) => y)),
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
