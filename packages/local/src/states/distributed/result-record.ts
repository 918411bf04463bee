import type { Json } from '../values.ts';

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
  readonly redriveStatus?: 'REDRIVABLE' | 'NOT_REDRIVABLE' | 'REDRIVABLE_BY_MAP_RUN';
  readonly redriveStatusReason?: string;
}

/** `WriterConfig` of a ResultWriter. https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html */
export interface WriterConfig {
  readonly OutputType: 'JSON' | 'JSONL';
  readonly Transformation: 'NONE' | 'COMPACT' | 'FLATTEN';
}

/** Takes the results of a map run while it runs, and exports them at its end. */
export interface ResultWriter {
  /** Appends to the spool; memory does not grow with what has been added. */
  add(child: ChildResult): Promise<void>;
  /**
   * Writes the result files and the manifest to S3, and removes the spool, which stays when `assertWanted` throws
   * meanwhile. Throws that, and `StatesError` `States.ResultWriterFailed`.
   */
  finish(assertWanted?: () => void): Promise<{ readonly Bucket: string; readonly Key: string }>;
}
