/** A schedule expression that is not valid. One sentence. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}

/** The values that a field may have. */
interface CronFieldRange {
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
function parseCronField(text: string, range: CronFieldRange): ReadonlySet<number> {
  return new Set(text.split(',').flatMap((part) => parsePart(part, range)));
}

/** One number or name. Throws {@link ScheduleError}. */
function parseCronValue(text: string, { name, least, most, names = [] }: CronFieldRange): number {
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

/** A day, by UTC. */
export interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly dayOfMonth: number;
}

/** Whether a day is one of those that a field names. */
type DayTest = (day: Day) => boolean;

const DAY_OF_MONTH: CronFieldRange = { name: 'the day of the month', least: 1, most: 31 };
const DAY_OF_WEEK: CronFieldRange = {
  name: 'the day of the week',
  least: 1,
  most: 7,
  names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};

/**
 * The days of a cron expression: one of the two fields says which, the other one is `?`. Throws {@link ScheduleError}.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
function parseCronDays(dayOfMonth: string, dayOfWeek: string): DayTest {
  if (dayOfMonth === '?' && dayOfWeek !== '?') return parseDayOfWeek(dayOfWeek);
  if (dayOfWeek === '?' && dayOfMonth !== '?') return parseDayOfMonth(dayOfMonth);
  throw new ScheduleError('one of the day of the month and the day of the week must be ?, and not both');
}

/** `L` is the last day, `15W` the weekday nearest to the 15th within the month. */
function parseDayOfMonth(text: string): DayTest {
  if (text === 'L') return (day) => day.dayOfMonth === lastDayOfMonth(day);
  if (text.endsWith('W')) {
    const wanted = parseCronValue(text.slice(0, -1), DAY_OF_MONTH);
    return (day) => day.dayOfMonth === nearestWeekday(day, wanted);
  }
  const days = parseCronField(text, DAY_OF_MONTH);
  return ({ dayOfMonth }) => days.has(dayOfMonth);
}

/** `L` is Saturday, `6L` the last Friday of the month, `3#2` its second Tuesday. */
function parseDayOfWeek(text: string): DayTest {
  if (text === 'L') return (day) => dayOfWeek(day) === 7;
  if (text.endsWith('L')) {
    const wanted = parseCronValue(text.slice(0, -1), DAY_OF_WEEK);
    return (day) => dayOfWeek(day) === wanted && day.dayOfMonth > lastDayOfMonth(day) - 7;
  }
  const [name = '', ordinal, ...rest] = text.split('#');
  if (ordinal === undefined) {
    const days = parseCronField(text, DAY_OF_WEEK);
    return (day) => days.has(dayOfWeek(day));
  }
  if (!/^[1-5]$/.test(ordinal) || rest.length > 0) {
    throw new ScheduleError(`the day of the week has ${text}: after # comes a number from 1 to 5`);
  }
  const wanted = parseCronValue(name, DAY_OF_WEEK);
  return (day) => dayOfWeek(day) === wanted && Math.ceil(day.dayOfMonth / 7) === Number(ordinal);
}

/** 1 is Sunday. */
function dayOfWeek({ year, month, dayOfMonth }: Day): number {
  return new Date(Date.UTC(year, month - 1, dayOfMonth)).getUTCDay() + 1;
}

function lastDayOfMonth({ year, month }: Day): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Undefined in months that do not have the day. */
function nearestWeekday(day: Day, wanted: number): number | undefined {
  const last = lastDayOfMonth(day);
  if (wanted > last) return undefined;
  const weekday = dayOfWeek({ ...day, dayOfMonth: wanted });
  if (weekday === 7) return wanted === 1 ? wanted + 2 : wanted - 1;
  if (weekday === 1) return wanted === last ? wanted - 2 : wanted + 1;
  return wanted;
}

const MINUTES: CronFieldRange = { name: 'the minute', least: 0, most: 59 };
const HOURS: CronFieldRange = { name: 'the hour', least: 0, most: 23 };
const MONTHS: CronFieldRange = {
  name: 'the month',
  least: 1,
  most: 12,
  names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
const YEARS: CronFieldRange = { name: 'the year', least: 1970, most: 2199 };

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  readonly isDay: DayTest;
}

/**
 * Reads the six fields of AWS's cron expressions, in UTC: minutes, hours, day of the month, month, day of the week,
 * year. Gives the first time after one, in epoch milliseconds; undefined when there is none before 2200.
 * Throws {@link ScheduleError}.
 */
export function parseCron(text: string): (afterMs: number) => number | undefined {
  const fields = text.trim().split(/\s+/);
  const [minutes = '', hours = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  if (fields.length !== 6) {
    throw new ScheduleError(
      `cron takes six fields, such as cron(0 12 * * ? *), and here are ${fields.length}`,
    );
  }
  const cron: Cron = {
    minutes: parseCronField(minutes, MINUTES),
    hours: parseCronField(hours, HOURS),
    months: parseCronField(month, MONTHS),
    years: parseCronField(year, YEARS),
    isDay: parseCronDays(dayOfMonth, dayOfWeek),
  };
  return (afterMs) => next(cron, Math.floor(afterMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS);
}

/** The first time that is `fromMs`, a whole minute, or later. */
function next(cron: Cron, fromMs: number): number | undefined {
  for (let timeMs = fromMs; ; timeMs = startOfNextDay(timeMs)) {
    const day = dayOf(timeMs);
    if (day.year > YEARS.most) return undefined;
    const found = isDay(cron, day) ? nextInDay(cron, timeMs) : undefined;
    if (found !== undefined) return found;
  }
}

function isDay({ years, months, isDay: isWantedDay }: Cron, day: Day): boolean {
  return years.has(day.year) && months.has(day.month) && isWantedDay(day);
}

function nextInDay({ hours, minutes }: Cron, fromMs: number): number | undefined {
  const endMs = startOfNextDay(fromMs);
  for (let timeMs = fromMs; timeMs < endMs; timeMs += MINUTE_MS) {
    const time = new Date(timeMs);
    if (hours.has(time.getUTCHours()) && minutes.has(time.getUTCMinutes())) return timeMs;
  }
  return undefined;
}

function startOfNextDay(timeMs: number): number {
  return (Math.floor(timeMs / DAY_MS) + 1) * DAY_MS;
}

function dayOf(timeMs: number): Day {
  const time = new Date(timeMs);
  return {
    year: time.getUTCFullYear(),
    month: time.getUTCMonth() + 1,
    dayOfMonth: time.getUTCDate(),
  };
}
