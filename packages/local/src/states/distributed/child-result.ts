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
