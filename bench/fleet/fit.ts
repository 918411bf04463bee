export interface Point {
  readonly x: number;
  readonly y: number;
}

/** `y = intercept + slope × x`, and how much of the differences in y that explains: 1 is all. */
export interface LinearFit {
  readonly intercept: number;
  readonly slope: number;
  /** The standard error of the slope; no number for two points. */
  readonly slopeError: number;
  readonly rSquared: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * The line through at least two points with different x that has the least squares of distances in y.
 * @throws RangeError for fewer
 */
export function fitLine(points: readonly Point[]): LinearFit {
  const meanX = sum(points.map(({ x }) => x)) / points.length;
  const meanY = sum(points.map(({ y }) => y)) / points.length;
  const spreadX = sum(points.map(({ x }) => (x - meanX) ** 2));
  if (!(spreadX > 0)) throw new RangeError('A line needs two points with different x.');
  const slope = sum(points.map(({ x, y }) => (x - meanX) * (y - meanY))) / spreadX;
  const intercept = meanY - slope * meanX;
  const spreadY = sum(points.map(({ y }) => (y - meanY) ** 2));
  const rest = sum(points.map(({ x, y }) => (y - intercept - slope * x) ** 2));
  const slopeError = Math.sqrt(rest / (points.length - 2) / spreadX);
  return { intercept, slope, slopeError, rSquared: spreadY === 0 ? 1 : 1 - rest / spreadY };
}

/** How far the values are apart, in parts of the smallest: 0.1 is 10 %. */
export function spreadOf(values: readonly number[]): number {
  return Math.max(...values) / Math.min(...values) - 1;
}
