import type { Json } from '../json.ts';
import type { ChildResult, WriterConfig } from './child-result.ts';

function isoTime(member: 'StartDate' | 'StopDate', epochMs: number | undefined): object {
  return epochMs === undefined ? {} : { [member]: new Date(epochMs).toISOString() };
}

/** Whether a redrive of the map run would run it again, as DescribeExecution tells of Express children. */
function redriveMembers({ status, redriveStatus, redriveStatusReason }: ChildResult): object {
  const isDone = status === 'SUCCEEDED';
  const reason =
    redriveStatusReason ?? (isDone ? 'Execution is SUCCEEDED and cannot be redriven' : undefined);
  return {
    RedriveStatus: redriveStatus ?? (isDone ? 'NOT_REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN'),
    ...(reason === undefined ? {} : { RedriveStatusReason: reason }),
  };
}

/**
 * A child execution as AWS's result files have it without a transformation: the members of DescribeExecution, in
 * the order of their names, with input and output as JSON text.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
export function resultRecord(child: ChildResult): object {
  return {
    ...(child.cause === undefined ? {} : { Cause: child.cause }),
    ...(child.error === undefined ? {} : { Error: child.error }),
    ExecutionArn: child.executionArn,
    Input: child.input,
    InputDetails: { Included: true },
    Name: child.name,
    ...(child.output === undefined ? {} : { Output: child.output, OutputDetails: { Included: true } }),
    RedriveCount: child.redriveCount ?? 0,
    ...redriveMembers(child),
    ...isoTime('StartDate', child.startDateMs),
    StateMachineArn: child.stateMachineArn,
    Status: child.status,
    ...isoTime('StopDate', child.stopDateMs),
  };
}

/** The output of a child, where that alone is its result; undefined where it is the record. What failed is never transformed. */
export function outputAlone(
  { status, output }: ChildResult,
  transformation: WriterConfig['Transformation'],
): Json | undefined {
  if (status !== 'SUCCEEDED' || output === undefined || transformation === 'NONE') return undefined;
  return JSON.parse(output) as Json;
}

/** What becomes of an output that alone is the result: with `FLATTEN`, the elements of an array are results themselves. */
export function flattened(output: Json, transformation: WriterConfig['Transformation']): readonly Json[] {
  return transformation === 'FLATTEN' && Array.isArray(output) ? (output as readonly Json[]) : [output];
}
