import { AwsError } from '../../aws.ts';
import type { Members } from '../../protocol/members.ts';
import type { ChildRecord } from '../distributed/child-executions.ts';
import type { MapRunCounts, MapRunRecord } from '../distributed/map-run-record.ts';
import type { ExecutionStatus } from '../execution-store.ts';
import { statusOf } from '../executions.ts';
import { EXECUTION_STATUSES, redriven, summary } from './execution-shapes.ts';
import { type ApiContext, epochSeconds } from './operations.ts';
import { pageOf, pageRequest, requiredArn } from './request.ts';

/** DescribeMapRun. */
export function describeMapRun(request: Members, context: ApiContext): object {
  const mapRun = context.mapRun(requiredArn(request, 'mapRunArn'));
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
export function listMapRuns(request: Members, context: ApiContext): object {
  const { executionArn } = context.standardExecution(requiredArn(request, 'executionArn'));
  const mapRuns = context.mapRuns.of(executionArn).map((mapRun, index) => ({ mapRun, index }));
  const page = pageRequest(request, executionArn);
  const rest = mapRuns.filter(({ index }) => index < (page.after ?? mapRuns.length)).reverse();
  const { items, ...next } = pageOf(rest, page, executionArn, ({ index }) => index);
  return { mapRuns: items.map(({ mapRun }) => summaryOf(mapRun)), ...next };
}

const NOT_NEGATIVE = { least: 0, most: Number.MAX_SAFE_INTEGER };

/** UpdateMapRun: what a map run that runs may do, from now on. */
export function updateMapRun(request: Members, context: ApiContext): object {
  const mapRun = context.mapRun(requiredArn(request, 'mapRunArn'));
  const given = {
    maxConcurrency: request.optionalWhole('maxConcurrency', NOT_NEGATIVE),
    toleratedFailureCount: request.optionalWhole('toleratedFailureCount', NOT_NEGATIVE),
    toleratedFailurePercentage: request.optionalNumber('toleratedFailurePercentage', { least: 0, most: 100 }),
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
  if (!isUpdated) throw request.invalid('mapRunArn', `Map Run is ${mapRun.status} and cannot be updated`);
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

const STATUSES = [...EXECUTION_STATUSES, 'PENDING_REDRIVE'] as const;

/** ListExecutions of a map run, the newest first: those that run, and the latest of those that have ended. */
export function listChildren(request: Members, context: ApiContext): object {
  if (request.has('stateMachineArn')) {
    throw new AwsError('ValidationException', 'Give either a stateMachineArn or a mapRunArn, and not both.');
  }
  const mapRun = context.mapRun(requiredArn(request, 'mapRunArn'));
  const { mapRunArn } = mapRun;
  const status = request.optionalEnum('statusFilter', STATUSES);
  const page = pageRequest(request, mapRunArn);
  const known = context.children.list(mapRunArn, page.after ?? Number.POSITIVE_INFINITY);
  const matching = known.filter((child) => status === undefined || childStatus(child, mapRun) === status);
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
