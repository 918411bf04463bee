import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import type { FunctionInvoker, ResourceKeeper, RuntimeLog } from '../contracts.ts';
import { parseExpression } from './parse-expression.ts';

/** What is to be invoked when: `AWS::Scheduler::Schedule`, resolved. */
export interface Schedule extends Timed {
  readonly service: 'scheduler';
  readonly targets: readonly ScheduleTarget[];
}

export interface ScheduleTarget {
  readonly functionArn: string;
  /** JSON text; absent for the event that the service makes up. */
  readonly input?: string;
}

interface EventContext {
  readonly accountId: string;
  readonly region: string;
}

/**
 * JSON text of the event that a target without an input gets. Its detail is a text.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
 */
function scheduledEvent(schedule: Schedule, dueMs: number, { accountId, region }: EventContext): string {
  return JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: accountId,
    time: toSeconds(dueMs),
    region,
    resources: [schedule.arn],
    detail: '{}',
  });
}

/**
 * The input of a target of EventBridge Scheduler's, with its context attributes filled in.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
function fillContext(input: string, schedule: Schedule, dueMs: number): string {
  return input
    .replaceAll('<aws.scheduler.schedule-arn>', schedule.arn)
    .replaceAll('<aws.scheduler.scheduled-time>', toSeconds(dueMs))
    .replaceAll('<aws.scheduler.execution-id>', randomUUID())
    .replaceAll('<aws.scheduler.attempt-number>', '1');
}

/** `2026-01-02T03:04:05Z` */
function toSeconds(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** What is to be due at certain times. */
export interface Timed {
  readonly name: string;
  readonly arn: string;
  /** `rate(5 minutes)`, `cron(0 12 * * ? *)` or, of EventBridge Scheduler, `at(2030-01-02T03:04:05)`, in UTC. */
  readonly expression: string;
  readonly enabled: boolean;
  /** Whether it is EventBridge Scheduler's, or a rule's of an event bus: they differ in when a rate begins. */
  readonly service: 'scheduler' | 'events';
}

export interface TimersOptions<T> {
  readonly clock: Clock;
  readonly log: RuntimeLog;
  /** Called whenever one is due; the next time is waited for once it resolves. */
  due(timed: T, dueMs: number): Promise<void>;
}

export interface Timers<T> {
  /**
   * They run from when they are put; one that is put again as it is goes on. Rejects with `ScheduleError` for an
   * expression that is not valid.
   */
  readonly keeper: ResourceKeeper<T>;
  /** Ends the waiting. Resolves once nothing runs any more. */
  close(): Promise<void>;
}

interface Running<T> {
  readonly timed: T;
  readonly closing: AbortController;
}

const LONGEST_SLEEP_MS = 60_000;

/**
 * Tells when something is due. Where the clock has been moved past several times of it, as when a laptop has slept, it
 * is due once.
 */
export function createTimers<T extends Timed>(options: TimersOptions<T>): Timers<T> {
  /** By ARN. */
  const running = new Map<string, Running<T>>();
  const pending = new Set<Promise<void>>();

  function stop({ arn }: Pick<T, 'arn'>): void {
    running.get(arn)?.closing.abort();
    running.delete(arn);
  }

  function start(timed: T, course: Course): void {
    const closing = new AbortController();
    running.set(timed.arn, { timed, closing });
    if (!timed.enabled) return;
    const followed = follow(timed, course, options, closing.signal);
    pending.add(followed);
    void followed.finally(() => pending.delete(followed));
  }

  return {
    keeper: {
      async put(timed) {
        if (isDeepStrictEqual(running.get(timed.arn)?.timed, timed)) return;
        const course = courseOf(timed, options.clock.now());
        stop(timed);
        start(timed, course);
      },
      remove: async (timed) => stop(timed),
    },
    async close() {
      for (const { timed } of [...running.values()]) stop(timed);
      await Promise.all(pending);
    },
  };
}

interface Course {
  readonly firstMs: number | undefined;
  next(afterMs: number): number | undefined;
}

/** Parses at once, so that an expression that is not valid is told before anything runs. */
function courseOf({ expression, service }: Timed, startedAtMs: number): Course {
  const timetable = parseExpression(expression, service === 'scheduler');
  // Scheduler's rates begin at once, those of rules after one period.
  const isDueAtOnce = timetable.isRate && service === 'scheduler';
  const next = (afterMs: number) => timetable.next(afterMs, startedAtMs);
  return { next, firstMs: isDueAtOnce ? startedAtMs : next(startedAtMs) };
}

async function follow<T extends Timed>(
  timed: T,
  course: Course,
  { clock, log, due }: TimersOptions<T>,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (let dueMs = course.firstMs; dueMs !== undefined; dueMs = course.next(clock.now())) {
      await sleepUntil(dueMs, clock, signal);
      await due(timed, dueMs);
    }
  } catch (error) {
    if (!signal.aborted) log.error(`the schedule ${timed.name} has ended: ${String(error)}`);
  }
}

/** In parts, since timers stand still while a laptop sleeps, and its time does not. */
async function sleepUntil(dueMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  while (clock.now() < dueMs) await clock.sleep(Math.min(LONGEST_SLEEP_MS, dueMs - clock.now()), signal);
}

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
