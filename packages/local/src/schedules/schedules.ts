import type { Clock } from '../clock.ts';
import type { FunctionInvoker, RuntimeLog } from '../contracts.ts';
import type { Schedule, ScheduleTarget } from './schedule.ts';
import { type EventContext, fillContext, scheduledEvent } from './schedule-event.ts';
import { createTimers, type Timers } from './timers.ts';

export interface SchedulesOptions extends EventContext {
  readonly functions: Pick<FunctionInvoker, 'invokeAsync'>;
  readonly clock: Clock;
  readonly log: RuntimeLog;
}

/** EventBridge Scheduler's schedules. */
export type Schedules = Timers<Schedule>;

/** Invokes the targets of schedules asynchronously, when they are due. */
export function createSchedules(options: SchedulesOptions): Schedules {
  return createTimers({
    ...options,
    async due(schedule, dueMs) {
      await Promise.all(schedule.targets.map((target) => invoke(schedule, target, dueMs, options)));
    },
  });
}

async function invoke(
  schedule: Schedule,
  { functionArn, input }: ScheduleTarget,
  dueMs: number,
  options: SchedulesOptions,
): Promise<void> {
  const payload =
    input === undefined ? scheduledEvent(schedule, dueMs, options) : fillContext(input, schedule, dueMs);
  try {
    await options.functions.invokeAsync(functionArn, payload);
  } catch (error) {
    options.log.error(`the schedule ${schedule.name} could not invoke ${functionArn}: ${String(error)}`);
  }
}
