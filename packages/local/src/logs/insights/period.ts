import { QueryError } from './query-error.ts';
import type { PeriodNode } from './syntax.ts';

const MS = 1;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The units of `bin` that are the same length everywhere. Source: CloudWatch Logs user guide, "stats". */
const units: Readonly<Record<string, number>> = {
  millisecond: MS,
  ms: MS,
  msec: MS,
  second: SECOND,
  s: SECOND,
  sec: SECOND,
  minute: MINUTE,
  m: MINUTE,
  min: MINUTE,
  hour: HOUR,
  h: HOUR,
  hr: HOUR,
  day: DAY,
  d: DAY,
};

/** The length of `5m` in milliseconds. Throws {@link QueryError} for a unit that it does not know. */
export function periodMs({ count, unit, at }: PeriodNode): number {
  const singular = unit.length > 2 && unit.endsWith('s') && unit !== 'ms' ? unit.slice(0, -1) : unit;
  const unitMs = Object.hasOwn(units, singular) ? units[singular] : undefined;
  if (unitMs === undefined) {
    throw new QueryError(`the laptop runtime does not know the unit ${unit}; write ms, s, m, h or d`, at);
  }
  if (count < 1) throw new QueryError('a period is 1 at least', at);
  return count * unitMs;
}
