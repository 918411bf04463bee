import type { ChartPoint } from './chart-data.ts';

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
