import { randomUUID } from 'node:crypto';
import type { Schedule } from './schedule.ts';

export interface EventContext {
  readonly accountId: string;
  readonly region: string;
}

/**
 * JSON text of the event that a target without an input gets. Its detail is a text.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
 */
export function scheduledEvent(
  schedule: Schedule,
  dueMs: number,
  { accountId, region }: EventContext,
): string {
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
export function fillContext(input: string, schedule: Schedule, dueMs: number): string {
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
