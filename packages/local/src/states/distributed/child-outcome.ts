import type { ExecutionEnd } from '../execution-store.ts';
import type { Machine } from '../machine.ts';
import type { ChildRecord } from './child-executions.ts';
import { childArn, childName } from './child-names.ts';
import type { ChildResult } from './child-result.ts';
import type { Batch } from './item-source.ts';
import type { MapRunRecord } from './map-run-record.ts';

/** What the results tell of a child that has ended. */
export function endedChild(child: ChildRecord, end: ExecutionEnd): ChildResult {
  const { executionArn, name, stateMachineArn, input, startDateMs, redrive } = child;
  return {
    ...end,
    executionArn,
    name,
    stateMachineArn,
    input,
    startDateMs,
    redriveCount: redrive?.count ?? 0,
  };
}

/** What the results tell of a child that was not started. */
export function pendingChild(
  { arn, type }: Machine,
  { mapRunArn, redriveCount }: MapRunRecord,
  { index, input }: Batch,
): ChildResult {
  const name = childName(mapRunArn, index);
  return {
    status: 'PENDING',
    executionArn: childArn(arn, type, name, redriveCount),
    name,
    stateMachineArn: arn,
    input: input.text,
  };
}
