import type { JsonObject } from '../values.ts';

function isoTime(member: 'StartDate' | 'StopDate', epochMs: number | undefined): JsonObject {
  return epochMs === undefined ? {} : { [member]: new Date(epochMs).toISOString() };
}

/**
 * A child execution that did not succeed, as AWS's result files have it: the members of DescribeExecution, in
 * the order of their names, with input and output as JSON text.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
export function resultRecord(child: ChildResult): JsonObject {
  return {
    ...(child.cause === undefined ? {} : { Cause: child.cause }),
    ...(child.error === undefined ? {} : { Error: child.error }),
    ExecutionArn: child.executionArn,
    Input: child.input,
    InputDetails: { Included: true },
    Name: child.name,
    RedriveCount: child.redriveCount ?? 0,
    RedriveStatus: 'REDRIVABLE_BY_MAP_RUN',
    ...isoTime('StartDate', child.startDateMs),
    StateMachineArn: child.stateMachineArn,
    Status: child.status,
    ...isoTime('StopDate', child.stopDateMs),
  };
}

/** How a child execution ended; PENDING is one that the map run did not start before it ended itself. */
export type ChildStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING';

/** What the result files tell of a child execution. */
export interface ChildResult {
  readonly status: ChildStatus;
  readonly executionArn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  /** JSON text. */
  readonly input: string;
  /** JSON text; of one that has SUCCEEDED. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  /** Epoch milliseconds; absent of one that is PENDING. */
  readonly startDateMs?: number;
  readonly stopDateMs?: number;
  /** How often it has been redriven; 0 when absent. */
  readonly redriveCount?: number;
}
