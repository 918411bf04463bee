import type { Json } from '../json.ts';
import type { WriterConfig } from './child-result.ts';
import type { IndexRange } from './index-ranges.ts';
import type { EvaluatedItemBatcher, EvaluatedItemReader } from './item-source.ts';

export type MapRunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

/** What a map run reads, how it divides that, and where it writes: evaluated once, and the same at a redrive. */
export interface MapRunConfig {
  /** Absent for `Items`. */
  readonly reader: EvaluatedItemReader | undefined;
  readonly batcher: EvaluatedItemBatcher | undefined;
  readonly writer: EvaluatedResultWriter | undefined;
}

/** A ResultWriter whose expressions have been evaluated. */
export interface EvaluatedResultWriter {
  /** Absent for results that are the state's output alone. */
  readonly destination: { readonly Bucket: string; readonly Prefix?: string } | undefined;
  readonly config: Partial<WriterConfig>;
}

/** Of items, or of the child executions that process them; what is pending is what is left of the total. */
export interface MapRunCounts {
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  readonly pendingRedrive: number;
  readonly resultsWritten: number;
}

/** The outputs of children that are the state's output, by their batch; within the quota of a payload. */
export interface CollectedResult {
  readonly index: number;
  readonly values: readonly Json[];
}

/** `tooLarge` once they can't become an output any more. */
export type CollectedResults = readonly CollectedResult[] | 'tooLarge';

/**
 * A map run as it is kept: plain data, whose size does not grow with the number of children that have succeeded.
 * With it, the input and the spool of its results it can be gone on with.
 */
export interface MapRunRecord {
  /** `arn:aws:states:{region}:{accountId}:mapRun:{machine}/{label}:{UUID}`. */
  readonly mapRunArn: string;
  /** The execution that has started it. */
  readonly executionArn: string;
  /** Of its children: the parent's, with the label. */
  readonly stateMachineArn: string;
  readonly startDateMs: number;
  readonly stopDateMs: number | undefined;
  readonly status: MapRunStatus;
  readonly config: MapRunConfig;
  /** 0 is no limit of its own. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number | undefined;
  readonly toleratedFailurePercentage: number | undefined;
  readonly items: MapRunCounts;
  readonly executions: MapRunCounts;
  /** Whether `items` and `executions` have all that has ended: not when the runtime was killed meanwhile. */
  readonly isCounted: boolean;
  /** How many items, and batches of them, there are; as many as were read until `isTotalKnown`. */
  readonly totalItems: number;
  readonly totalExecutions: number;
  readonly isTotalKnown: boolean;
  /** The indexes of the batches that need not run again. */
  readonly succeeded: readonly IndexRange[];
  /** The indexes of those that ended otherwise, in the attempt that runs or ran last. */
  readonly unsuccessful: readonly IndexRange[];
  /** The indexes of those that a redrive is to run again; some of them may have by now. */
  readonly toRedrive: readonly IndexRange[];
  /** Only where the results are the state's output. */
  readonly collected: CollectedResults;
  readonly redriveCount: number;
  readonly redriveDateMs: number | undefined;
}

export const NO_COUNTS: MapRunCounts = {
  running: 0,
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  aborted: 0,
  pendingRedrive: 0,
  resultsWritten: 0,
};

/** What is the same of all map runs when they begin. */
export const NEW_MAP_RUN = {
  stopDateMs: undefined,
  status: 'RUNNING',
  items: NO_COUNTS,
  executions: NO_COUNTS,
  isCounted: true,
  totalItems: 0,
  totalExecutions: 0,
  isTotalKnown: false,
  succeeded: [],
  unsuccessful: [],
  toRedrive: [],
  collected: [],
  redriveCount: 0,
  redriveDateMs: undefined,
} as const;

/** The UUID of a map run, which names its spool and its folder in S3. */
export function uuidOf(mapRunArn: string): string {
  return mapRunArn.slice(mapRunArn.lastIndexOf(':') + 1);
}
