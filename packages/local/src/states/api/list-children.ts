import { AwsError } from '../../aws.ts';
import type { ChildRecord } from '../distributed/child-executions.ts';
import type { MapRunRecord } from '../distributed/map-run-record.ts';
import type { ExecutionStatus } from '../execution-store.ts';
import { statusOf } from '../executions.ts';
import type { JsonObject } from '../json.ts';
import { EXECUTION_STATUSES, redriven, summary } from './execution-shapes.ts';
import type { ApiContext } from './operations.ts';
import { pageOf, pageRequest } from './page.ts';
import { isGiven, optionalEnum, requiredMapRunArn } from './request.ts';

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
