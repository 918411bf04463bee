import type { Clock } from '../clock.ts';
import type { FunctionInvoker, RuntimeLog } from '../contracts.ts';
import { parseExpression } from './parse-expression.ts';
import type { Schedule, ScheduleTarget } from './schedule.ts';
import { type EventContext, fillContext, scheduledEvent } from './schedule-event.ts';

export interface SchedulesOptions extends EventContext {
  readonly schedules: readonly Schedule[];
  readonly functions: Pick<FunctionInvoker, 'invokeAsync'>;
  readonly clock: Clock;
  readonly log: RuntimeLog;
}

export interface Schedules {
  /** Ends the waiting. Resolves once no schedule runs any more. */
  close(): Promise<void>;
}

const LONGEST_SLEEP_MS = 60_000;

/**
 * Invokes the targets of schedules asynchronously, when they are due. Where the clock has been moved past several
 * times of a schedule, as when a laptop has slept, it is due once. Throws `ScheduleError`.
 */
export function startSchedules(options: SchedulesOptions): Schedules {
  const closing = new AbortController();
  const running = options.schedules
    .filter(({ enabled }) => enabled)
    .map((schedule) => run(schedule, options, closing.signal));
  return {
    async close() {
      closing.abort();
      await Promise.all(running);
    },
  };
}

/** Parses at once, so that an expression that is not valid is told before anything runs. */
function run(schedule: Schedule, options: SchedulesOptions, signal: AbortSignal): Promise<void> {
  const timetable = parseExpression(schedule.expression, schedule.service === 'scheduler');
  const startedAtMs = options.clock.now();
  // Scheduler's rates begin at once, those of rules after one period.
  const isDueAtOnce = timetable.isRate && schedule.service === 'scheduler';
  const next = (afterMs: number) => timetable.next(afterMs, startedAtMs);
  return follow(schedule, { next, firstMs: isDueAtOnce ? startedAtMs : next(startedAtMs) }, options, signal);
}

interface Course {
  readonly firstMs: number | undefined;
  next(afterMs: number): number | undefined;
}

async function follow(
  schedule: Schedule,
  course: Course,
  options: SchedulesOptions,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log } = options;
  try {
    for (let dueMs = course.firstMs; dueMs !== undefined; dueMs = course.next(clock.now())) {
      await sleepUntil(dueMs, clock, signal);
      await Promise.all(schedule.targets.map((target) => invoke(schedule, target, dueMs, options)));
    }
  } catch (error) {
    if (!signal.aborted) log.error(`the schedule ${schedule.name} has ended: ${String(error)}`);
  }
}

/** In parts, since timers stand still while a laptop sleeps, and its time does not. */
async function sleepUntil(dueMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  while (clock.now() < dueMs) await clock.sleep(Math.min(LONGEST_SLEEP_MS, dueMs - clock.now()), signal);
}

async function invoke(
  schedule: Schedule,
  { functionArn, input }: ScheduleTarget,
  dueMs: number,
  options: SchedulesOptions,
): Promise<void> {
  const payload =
    input === undefined ? scheduledEvent(schedule, dueMs, options) : fill(input, schedule, dueMs);
  try {
    await options.functions.invokeAsync(functionArn, payload);
  } catch (error) {
    options.log.error(`the schedule ${schedule.name} could not invoke ${functionArn}: ${String(error)}`);
  }
}

function fill(input: string, schedule: Schedule, dueMs: number): string {
  return schedule.service === 'scheduler' ? fillContext(input, schedule, dueMs) : input;
}
