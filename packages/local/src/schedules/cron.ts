import { type Day, type DayTest, parseCronDays } from './cron-days.ts';
import { type CronFieldRange, parseCronField } from './cron-field.ts';
import { ScheduleError } from './schedule-error.ts';

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
