import { ScheduleError } from './schedule-error.ts';

/** The values that a field may have. */
export interface CronFieldRange {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Names of the values from `least` on: `JAN`, `FEB` … */
  readonly names?: readonly string[];
}

/**
 * The values of a field made of numbers, names, ranges, steps and lists of them: `1,15-20/2`, `MON-FRI`, `0/10`.
 * Throws {@link ScheduleError}.
 */
export function parseCronField(text: string, range: CronFieldRange): ReadonlySet<number> {
  return new Set(text.split(',').flatMap((part) => parsePart(part, range)));
}

/** One number or name. Throws {@link ScheduleError}. */
export function parseCronValue(text: string, { name, least, most, names = [] }: CronFieldRange): number {
  const named = names.indexOf(text.toUpperCase());
  const value = named < 0 ? Number(text) : least + named;
  if (/^(\d+|[A-Za-z]{3})$/.test(text) && value >= least && value <= most) return value;
  throw new ScheduleError(`${name} has the value ${text}: it takes ${least} to ${most}`);
}

function parsePart(part: string, range: CronFieldRange): readonly number[] {
  const [span = '', step, ...rest] = part.split('/');
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) {
    throw new ScheduleError(`${range.name} has ${part}: a step is a whole number after one slash`);
  }
  const [first, last] = boundsOf(span, range, step !== undefined);
  const stride = Number(step ?? 1);
  return Array.from(
    { length: Math.floor((last - first) / stride) + 1 },
    (_, index) => first + index * stride,
  );
}

/** A single value with a step begins a range that goes on to the end. */
function boundsOf(span: string, range: CronFieldRange, hasStep: boolean): readonly [number, number] {
  if (span === '*') return [range.least, range.most];
  const [from = '', to, ...rest] = span.split('-');
  const first = parseCronValue(from, range);
  if (to === undefined) return [first, hasStep ? range.most : first];
  const last = parseCronValue(to, range);
  if (rest.length === 0 && last >= first) return [first, last];
  throw new ScheduleError(`${range.name} has the range ${span}: it goes from a lower to a higher value`);
}
