import { AwsError } from '../../aws.ts';
import type { Members } from '../../protocol/members.ts';
import type { ChildRecord } from '../distributed/child-executions.ts';
import type { ExecutionRecord } from '../execution-store.ts';
import { statusOf } from '../executions.ts';
import { MAX_HISTORY_EVENTS } from '../history.ts';
import { MAX_OPEN_TIME_MS } from '../machine.ts';
import { type ApiContext, epochSeconds } from './operations.ts';
import { requiredArn } from './request.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

const REDRIVABLE_PERIOD_MS = 14 * DAY_MS;

const MAX_TOKEN_LENGTH = 64;

/** Whether an execution may be redriven, as DescribeExecution tells it. */
export interface RedriveEligibility {
  readonly redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN';
  readonly redriveStatusReason?: string;
}

/** RedriveExecution. https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html */
export function redriveExecution(request: Members, context: ApiContext): object {
  const { clock, executions, mapRuns, redriveTokens } = context;
  const record = context.standardExecution(requiredArn(request, 'executionArn'));
  const { executionArn } = record;
  const token = request.optionalText('clientToken', { max: MAX_TOKEN_LENGTH });
  const earlierMs = redriveTokens.find(executionArn, token, clock.now());
  if (earlierMs !== undefined) return { redriveDate: epochSeconds(earlierMs) };
  const { redriveStatus, redriveStatusReason } = redriveEligibility(record, clock.now());
  if (redriveStatus !== 'REDRIVABLE') {
    const reason = redriveStatusReason ?? 'Execution can be redriven by its Map Run only';
    throw new AwsError('ExecutionNotRedrivable', `Execution is not redrivable: ${reason}`);
  }
  const { redrive } = executions.redrive(context.machineOf(record), executionArn, mapRuns.cleanedUp());
  const redriveDateMs = redrive?.dateMs ?? clock.now();
  redriveTokens.add(executionArn, token, redriveDateMs);
  return { redriveDate: epochSeconds(redriveDateMs) };
}

/** Source: DescribeExecution, `redriveStatus` and `redriveStatusReason`. */
export function redriveEligibility(record: ExecutionRecord, nowMs: number): RedriveEligibility {
  const reason = refusal(record, nowMs);
  if (reason !== undefined) return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason };
  return { redriveStatus: isChild(record) ? 'REDRIVABLE_BY_MAP_RUN' : 'REDRIVABLE' };
}

/** Whether a map run has started an execution. */
export function isChild(record: ExecutionRecord): record is ChildRecord {
  return 'mapRunArn' in record;
}

function refusal(record: ExecutionRecord, nowMs: number): string | undefined {
  const { end, startDateMs } = record;
  if (end === undefined || end.status === 'SUCCEEDED') {
    return `Execution is ${statusOf(record)} and cannot be redriven`;
  }
  if (record.events.length >= MAX_HISTORY_EVENTS - 1) return 'Execution history event limit exceeded';
  if (nowMs - startDateMs > MAX_OPEN_TIME_MS) return 'Execution has exceeded the max execution time';
  if (nowMs - end.stopDateMs > REDRIVABLE_PERIOD_MS) return 'Execution redrivable period exceeded';
  return undefined;
}
