import { type CronFieldRange, parseCronField, parseCronValue } from './cron-field.ts';
import { ScheduleError } from './schedule-error.ts';

/** A day, by UTC. */
export interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly dayOfMonth: number;
}

/** Whether a day is one of those that a field names. */
export type DayTest = (day: Day) => boolean;

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
export function parseCronDays(dayOfMonth: string, dayOfWeek: string): DayTest {
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
