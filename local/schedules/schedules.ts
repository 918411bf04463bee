import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import type { FunctionInvoker, RuntimeLog } from '../contracts.ts';
import type { ResourceKeeper } from '../resource-keeper.ts';
import { parseExpression } from './parse-expression.ts';
import type { Schedule, ScheduleTarget } from './schedule.ts';
import { type EventContext, fillContext, scheduledEvent } from './schedule-event.ts';

export interface SchedulesOptions extends EventContext {
  readonly functions: Pick<FunctionInvoker, 'invokeAsync'>;
  readonly clock: Clock;
  readonly log: RuntimeLog;
}

export interface Schedules {
  /**
   * Schedules, which run from when they are put; one that is put again as it is goes on. Rejects with `ScheduleError`
   * for an expression that is not valid.
   */
  readonly keeper: ResourceKeeper<Schedule>;
  /** Ends the waiting. Resolves once no schedule runs any more. */
  close(): Promise<void>;
}

interface Running {
  readonly schedule: Schedule;
  /** Resolves once it runs no more. */
  stop(): Promise<void>;
}

const LONGEST_SLEEP_MS = 60_000;

/**
 * Invokes the targets of schedules asynchronously, when they are due. Where the clock has been moved past several
 * times of a schedule, as when a laptop has slept, it is due once.
 */
export function createSchedules(options: SchedulesOptions): Schedules {
  /** By ARN. */
  const running = new Map<string, Running>();

  async function remove({ arn }: Pick<Schedule, 'arn'>): Promise<void> {
    const before = running.get(arn);
    running.delete(arn);
    await before?.stop();
  }

  return {
    keeper: {
      async put(schedule) {
        if (isDeepStrictEqual(running.get(schedule.arn)?.schedule, schedule)) return;
        const course = courseOf(schedule, options.clock.now());
        if (running.has(schedule.arn)) await remove(schedule);
        running.set(schedule.arn, run(schedule, course, options));
      },
      remove,
    },
    async close() {
      await Promise.all([...running.values()].map((one) => one.stop()));
    },
  };
}

function run(schedule: Schedule, course: Course, options: SchedulesOptions): Running {
  const closing = new AbortController();
  const running = schedule.enabled ? follow(schedule, course, options, closing.signal) : undefined;
  return {
    schedule,
    async stop() {
      closing.abort();
      await running;
    },
  };
}

/** Parses at once, so that an expression that is not valid is told before anything runs. */
function courseOf({ expression, service }: Schedule, startedAtMs: number): Course {
  const timetable = parseExpression(expression, service === 'scheduler');
  // Scheduler's rates begin at once, those of rules after one period.
  const isDueAtOnce = timetable.isRate && service === 'scheduler';
  const next = (afterMs: number) => timetable.next(afterMs, startedAtMs);
  return { next, firstMs: isDueAtOnce ? startedAtMs : next(startedAtMs) };
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
