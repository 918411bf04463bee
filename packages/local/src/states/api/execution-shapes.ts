import type { ExecutionRecord } from '../execution-store.ts';
import { statusOf } from '../executions.ts';
import { epochSeconds } from './operations.ts';

/** What lists can be asked for. */
export const EXECUTION_STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;

/** An execution as a list has it. */
export function summary(record: ExecutionRecord): object {
  const { executionArn, stateMachineArn, name, startDateMs, end } = record;
  return {
    executionArn,
    stateMachineArn,
    name,
    status: statusOf(record),
    startDate: epochSeconds(startDateMs),
    ...(end === undefined ? {} : { stopDate: epochSeconds(end.stopDateMs) }),
  };
}

/** How often it was redriven, and when last. */
export function redriven({ redrive }: ExecutionRecord): object {
  return {
    redriveCount: redrive?.count ?? 0,
    ...(redrive === undefined ? {} : { redriveDate: epochSeconds(redrive.dateMs) }),
  };
}
