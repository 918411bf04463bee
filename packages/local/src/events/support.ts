import { operationEntries } from '../support/operation-entries.ts';
import type { SupportChapter } from '../support/support.ts';
import { EVENTS_OPERATIONS } from './events-service.ts';

const NOTES: Readonly<Record<string, string>> = {
  CreateEventBus: 'Without partners, keys, logs and dead-letter queues.',
  PutRule: 'Tags are refused.',
  PutTargets: 'Functions, queues, standard topics, state machines and log groups.',
  StartReplay: 'All events are handed on at once.',
};

/** Amazon EventBridge, and EventBridge Scheduler as templates have it. */
export const eventsSupport: readonly SupportChapter[] = [
  {
    title: 'EventBridge: operations',
    source:
      'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations_Amazon_EventBridge.html',
    api: 'eventbridge',
    entries: operationEntries(
      [...EVENTS_OPERATIONS.keys()],
      NOTES,
      'UnknownOperationException, which names those that run.',
    ),
  },
  {
    title: 'Schedules',
    source: 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html',
    entries: [
      { name: 'AWS::Scheduler::Schedule: rate, cron, at', status: 'partly', note: 'Of functions, in UTC.' },
      { name: 'ScheduleExpression of rules: rate, cron', status: 'runs' },
      { name: 'API of EventBridge Scheduler', status: 'refused', note: 'No service of that name answers.' },
      {
        name: 'Several times of a schedule that the clock has been moved past',
        status: 'unconfirmed',
        note: 'It is due once.',
      },
    ],
  },
];
