import { parseCron, ScheduleError } from './cron.ts';

/** When a schedule is due. Times are epoch milliseconds. */
interface Timetable {
  /** The first time after that; undefined when there is none any more. `startedAtMs` is what rates count from. */
  next(afterMs: number, startedAtMs: number): number | undefined;
  /** Whether a schedule of EventBridge Scheduler is due as soon as it is there. */
  readonly isRate: boolean;
}

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `rate(…)`, `cron(…)` or, where allowed, `at(…)`, in UTC. Throws {@link ScheduleError}.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function parseExpression(text: string, isAtAllowed: boolean): Timetable {
  const match = /^(rate|cron|at)\((.*)\)$/.exec(text.trim());
  const [, kind, argument = ''] = match ?? [];
  if (kind === 'rate') return { next: parseRate(argument), isRate: true };
  if (kind === 'cron') return { next: parseCron(argument), isRate: false };
  if (kind === 'at' && isAtAllowed) return { next: parseAt(argument), isRate: false };
  throw new ScheduleError(
    `${text} is no schedule: write rate(5 minutes)${isAtAllowed ? ', at(2030-01-02T03:04:05)' : ''} or cron(0 12 * * ? *)`,
  );
}

function parseRate(text: string): Timetable['next'] {
  const [, value, unit = '', plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(text.trim()) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs === undefined || (value === '1') !== (plural === '')) {
    throw new ScheduleError(`rate(${text}) is no rate: write rate(1 minute), rate(2 hours) or rate(3 days)`);
  }
  const periodMs = Number(value) * unitMs;
  return (afterMs, startedAtMs) => {
    const periods = Math.floor((afterMs - startedAtMs) / periodMs) + 1;
    return startedAtMs + Math.max(1, periods) * periodMs;
  };
}

function parseAt(text: string): Timetable['next'] {
  const timeMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  if (Number.isNaN(timeMs)) {
    throw new ScheduleError(`at(${text}) is no time: write at(2030-01-02T03:04:05), in UTC`);
  }
  return (afterMs) => (timeMs > afterMs ? timeMs : undefined);
}
