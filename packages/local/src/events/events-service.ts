import { randomUUID } from 'node:crypto';
import type { AwsService } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { type JsonOperations, operationOf, parseJsonMembers } from '../protocol/json.ts';
import { Members } from '../protocol/members.ts';
import { createTimers, type Timed, type Timers } from '../schedules/schedules.ts';
import { deleteArchive, describeArchive, describeReplay, listArchives, startReplay } from './api/archives.ts';
import { type ApiContext, type Operation, putEvents } from './api/events.ts';
import {
  deleteEventBus,
  deleteRule,
  describeEventBus,
  describeRule,
  disableRule,
  enableRule,
  listEventBuses,
  listRuleNamesByTarget,
  listRules,
  listTargetsByRule,
  putRule,
  putTargets,
  removeTargets,
} from './api/rules.ts';
import { Delivery } from './delivery.ts';
import { createEvent } from './event.ts';
import { createEventsKeepers, EventBuses, type EventsKeepers } from './event-buses.ts';
import type { Rule } from './rule.ts';
import { createSender, type TargetServices } from './send-to-target.ts';

interface EventsServiceOptions extends TargetServices {
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  readonly log: RuntimeLog;
  /** In [0, 1), for the jitter of retries; `Math.random` when absent. */
  readonly random?: () => number;
  /** Keeps rules, archives and what is not delivered yet; in memory by default. */
  readonly collections?: Collections;
}

export interface EventsService {
  readonly keepers: EventsKeepers;
  /** Goes on with what an earlier runtime has not delivered, once rules are as they are to be. */
  resume(): void;
  /** Answers the API's calls: AWS JSON 1.1, `X-Amz-Target: AWSEvents.{operation}`. */
  readonly handle: AwsService;
  /** Ends the waiting for retries, and resolves once what is on its way has arrived. */
  close(): Promise<void>;
}

/** The operations of EventBridge that run here, by name. */
const EVENTS_OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['PutEvents', putEvents],
  ['ListEventBuses', listEventBuses],
  ['DescribeEventBus', describeEventBus],
  ['DeleteEventBus', deleteEventBus],
  ['ListRules', listRules],
  ['DescribeRule', describeRule],
  ['PutRule', putRule],
  ['DeleteRule', deleteRule],
  ['EnableRule', enableRule],
  ['DisableRule', disableRule],
  ['ListTargetsByRule', listTargetsByRule],
  ['ListRuleNamesByTarget', listRuleNamesByTarget],
  ['PutTargets', putTargets],
  ['RemoveTargets', removeTargets],
  ['ListArchives', listArchives],
  ['DescribeArchive', describeArchive],
  ['DeleteArchive', deleteArchive],
  ['StartReplay', startReplay],
  ['DescribeReplay', describeReplay],
]);

const API: JsonOperations<Operation> = {
  service: 'EventBridge',
  targetPrefix: 'AWSEvents.',
  operations: EVENTS_OPERATIONS,
};

/** EventBridge: buses, rules that match patterns, and archives. */
export function createEventsService(options: EventsServiceOptions): EventsService {
  const { clock, accountId, region, log, collections = memoryCollections } = options;
  const warn = (message: string) => log.warn(message);
  const reasons = new Set<string>();
  const delivery = new Delivery({ ...options, collections, send: createSender(options) });
  const timers = createTimers<TimedRule>({
    clock,
    log,
    due: async ({ rule }, dueMs) => runSchedule(rule, dueMs),
  });
  const buses = new EventBuses({
    accountId,
    region,
    now: () => clock.now(),
    collections,
    warn,
    onRule: (rule, isThere) => void followSchedule(timers, rule, isThere),
  });

  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html */
  function runSchedule(rule: Rule, dueMs: number): void {
    const parts = {
      source: 'aws.events',
      detailType: 'Scheduled Event',
      detail: '{}',
      resources: [rule.arn],
    };
    const times = { timeMs: dueMs, ingestedAtMs: clock.now() };
    const event = createEvent({ id: randomUUID(), ...parts, ...times }, buses.place);
    for (const target of rule.targets) delivery.deliver({ rule, target, event });
  }

  const context: ApiContext = {
    buses,
    replays: collections.open('replays'),
    clock,
    warnOfLoss(reason) {
      if (reasons.has(reason)) return;
      reasons.add(reason);
      warn(`PutEvents takes events that are lost, as on AWS: ${reason}`);
    },
    route(bus, event, ruleArns) {
      for (const rule of bus.rules.values()) {
        if (ruleArns !== undefined && !ruleArns.includes(rule.arn)) continue;
        if (!rule.takes(event.value)) continue;
        for (const target of rule.targets) delivery.deliver({ rule, target, event });
      }
    },
  };
  return {
    keepers: createEventsKeepers(buses),
    resume: () => delivery.resume(buses.buses.flatMap(({ rules }) => [...rules.values()])),
    async handle(request) {
      const body = JSON.stringify(
        operationOf(request, API)(new Members(parseJsonMembers(request.body)), context),
      );
      return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body };
    },
    async close() {
      await timers.close();
      await delivery.close();
    },
  };
}

/** A rule that has a schedule. */
interface TimedRule extends Timed {
  readonly rule: Rule;
}

async function followSchedule(timers: Timers<TimedRule>, rule: Rule, isThere: boolean): Promise<void> {
  const { arn, settings } = rule;
  const { name, scheduleExpression: expression = '', state } = settings;
  const timed: TimedRule = { name, arn, expression, enabled: state === 'ENABLED', service: 'events', rule };
  if (isThere && expression !== '') await timers.keeper.put(timed);
  else await timers.keeper.remove(timed);
}
