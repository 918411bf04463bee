import { AwsError } from '../../aws.ts';
import type { ChildRecord } from '../distributed/child-executions.ts';
import type { MapRunCounts, MapRunRecord } from '../distributed/map-run-record.ts';
import type { ExecutionRecord, ExecutionStatus } from '../execution-store.ts';
import { statusOf } from '../executions.ts';
import type { JsonObject } from '../fields.ts';
import { MAX_HISTORY_EVENTS } from '../history.ts';
import { MAX_OPEN_TIME_MS } from '../machine.ts';
import { type ApiContext, epochSeconds } from './operations.ts';
import {
  invalid,
  isGiven,
  optionalEnum,
  optionalNumber,
  optionalText,
  pageOf,
  pageRequest,
  requiredArn,
  requiredMapRunArn,
} from './request.ts';

/** DescribeMapRun. */
export function describeMapRun(request: JsonObject, context: ApiContext): object {
  const mapRun = context.mapRun(requiredMapRunArn(request));
  const { mapRunArn, executionArn, status, startDateMs, stopDateMs, redriveCount, redriveDateMs } = mapRun;
  return {
    mapRunArn,
    executionArn,
    status,
    startDate: epochSeconds(startDateMs),
    ...(stopDateMs === undefined ? {} : { stopDate: epochSeconds(stopDateMs) }),
    maxConcurrency: mapRun.maxConcurrency,
    toleratedFailurePercentage: mapRun.toleratedFailurePercentage ?? 0,
    toleratedFailureCount: mapRun.toleratedFailureCount ?? 0,
    itemCounts: countsOf(mapRun.items, mapRun.totalItems),
    executionCounts: countsOf(mapRun.executions, mapRun.totalExecutions),
    redriveCount,
    ...(redriveDateMs === undefined ? {} : { redriveDate: epochSeconds(redriveDateMs) }),
  };
}

/** ListMapRuns, the newest first. */
export function listMapRuns(request: JsonObject, context: ApiContext): object {
  const { executionArn } = context.standardExecution(requiredArn(request, 'executionArn'));
  const mapRuns = context.mapRuns.of(executionArn).map((mapRun, index) => ({ mapRun, index }));
  const page = pageRequest(request, executionArn);
  const rest = mapRuns.filter(({ index }) => index < (page.after ?? mapRuns.length)).reverse();
  const { items, ...next } = pageOf(rest, page, executionArn, ({ index }) => index);
  return { mapRuns: items.map(({ mapRun }) => summaryOf(mapRun)), ...next };
}

/** UpdateMapRun: what a map run that runs may do, from now on. */
export function updateMapRun(request: JsonObject, context: ApiContext): object {
  const mapRun = context.mapRun(requiredMapRunArn(request));
  const given = {
    maxConcurrency: optionalNumber(request, 'maxConcurrency', { min: 0, isInteger: true }),
    toleratedFailureCount: optionalNumber(request, 'toleratedFailureCount', { min: 0, isInteger: true }),
    toleratedFailurePercentage: optionalNumber(request, 'toleratedFailurePercentage', { min: 0, max: 100 }),
  };
  if (Object.values(given).every((value) => value === undefined)) {
    throw new AwsError(
      'ValidationException',
      'At least one of maxConcurrency, toleratedFailurePercentage and toleratedFailureCount must be specified.',
    );
  }
  const isUpdated = context.mapRuns.update(mapRun.mapRunArn, {
    maxConcurrency: given.maxConcurrency ?? mapRun.maxConcurrency,
    toleratedFailureCount: given.toleratedFailureCount ?? mapRun.toleratedFailureCount,
    toleratedFailurePercentage: given.toleratedFailurePercentage ?? mapRun.toleratedFailurePercentage,
  });
  if (!isUpdated) throw invalid('mapRunArn', `Map Run is ${mapRun.status} and cannot be updated`);
  return {};
}

function summaryOf({
  mapRunArn,
  executionArn,
  stateMachineArn,
  startDateMs,
  stopDateMs,
}: MapRunRecord): object {
  return {
    executionArn,
    mapRunArn,
    stateMachineArn,
    startDate: epochSeconds(startDateMs),
    ...(stopDateMs === undefined ? {} : { stopDate: epochSeconds(stopDateMs) }),
  };
}

/** All that did not succeed can be redriven here: Standard children that are not known any more start anew. */
function countsOf(counts: MapRunCounts, total: number): object {
  const { running, succeeded, failed, timedOut, aborted, pendingRedrive } = counts;
  const begun = running + succeeded + failed + timedOut + aborted + pendingRedrive;
  return { ...counts, total, pending: Math.max(0, total - begun), failuresNotRedrivable: 0 };
}

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

const STATUSES = [...EXECUTION_STATUSES, 'PENDING_REDRIVE'] as const;
const REDRIVE_FILTERS = ['REDRIVEN', 'NOT_REDRIVEN'] as const;

/** ListExecutions of a map run, the newest first: those that run, and the latest of those that have ended. */
export function listChildren(request: JsonObject, context: ApiContext): object {
  if (isGiven(request, 'stateMachineArn')) {
    throw new AwsError('ValidationException', 'Give either a stateMachineArn or a mapRunArn, and not both.');
  }
  const mapRun = context.mapRun(requiredMapRunArn(request));
  const { mapRunArn } = mapRun;
  const status = optionalEnum(request, 'statusFilter', STATUSES);
  const redriveFilter = optionalEnum(request, 'redriveFilter', REDRIVE_FILTERS);
  const page = pageRequest(request, mapRunArn);
  const known = context.children.list(mapRunArn, page.after ?? Number.POSITIVE_INFINITY);
  const matching = known.filter(
    (child) =>
      (status === undefined || childStatus(child, mapRun) === status) &&
      (redriveFilter === undefined || (redriveFilter === 'REDRIVEN') === (child.redrive !== undefined)),
  );
  const { items, ...next } = pageOf(matching, page, mapRunArn, ({ sequence }) => sequence);
  return {
    executions: items.map((child) => ({
      ...summary(child),
      status: childStatus(child, mapRun),
      mapRunArn,
      itemCount: child.itemCount,
      ...redriven(child),
    })),
    ...next,
  };
}

/** One that failed before its map run was redriven waits until it is its turn. */
function childStatus(
  child: ChildRecord,
  { status, redriveCount }: MapRunRecord,
): ExecutionStatus | 'PENDING_REDRIVE' {
  const { end, attempt } = child;
  const hasFailed = end !== undefined && end.status !== 'SUCCEEDED';
  return hasFailed && status === 'RUNNING' && attempt < redriveCount ? 'PENDING_REDRIVE' : statusOf(child);
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const REDRIVABLE_PERIOD_MS = 14 * DAY_MS;
const MAX_TOKEN_LENGTH = 64;

/** Whether an execution may be redriven, as DescribeExecution tells it. */
export interface RedriveEligibility {
  readonly redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN';
  readonly redriveStatusReason?: string;
}

/** RedriveExecution. https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html */
export function redriveExecution(request: JsonObject, context: ApiContext): object {
  const { clock, executions, mapRuns, redriveTokens } = context;
  const record = context.standardExecution(requiredArn(request, 'executionArn'));
  const { executionArn } = record;
  const token = optionalText(request, 'clientToken', { min: 1, max: MAX_TOKEN_LENGTH });
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
