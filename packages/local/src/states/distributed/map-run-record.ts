import { hash } from 'node:crypto';
import type { ExecutionRun } from '../chain.ts';
import type { ExecutionType } from '../definition.ts';
import type { Machine } from '../machine.ts';
import { type Json, StatesError } from '../values.ts';
import type { EvaluatedItemBatcher, EvaluatedItemReader } from './item-source.ts';
import type { IndexRange } from './lines.ts';

export type MapRunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

/** What a map run reads, how it divides that, and where it writes: evaluated once, and the same at a redrive. */
export interface MapRunConfig {
  /** Absent for `Items`. */
  readonly reader: EvaluatedItemReader | undefined;
  readonly batcher: EvaluatedItemBatcher | undefined;
  /** Absent for results that are the state's output. */
  readonly writer: EvaluatedResultWriter | undefined;
}

/** A ResultWriter whose expressions have been evaluated. */
export interface EvaluatedResultWriter {
  readonly destination: { readonly Bucket: string; readonly Prefix?: string };
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

/** What can be changed while a map run runs. */
export type MapRunLimits = Pick<
  MapRunRecord,
  'maxConcurrency' | 'toleratedFailureCount' | 'toleratedFailurePercentage'
>;

/** What a Distributed Map state asks for, its expressions evaluated. */
export interface MapRunRequest {
  /** Of the execution that the state belongs to. */
  readonly run: ExecutionRun;
  /** Aborts when the state is to end early. */
  readonly signal: AbortSignal;
  /** The item processor, as the machine of the children. */
  readonly machine: Machine;
  readonly config: MapRunConfig;
  readonly limits: MapRunLimits;
  /** The items, where no reader reads them. */
  readonly items: readonly Json[];
  /** What a child gets of an item: the ItemSelector. Throws `StatesError`. */
  select(item: Json, index: number): Promise<Json>;
}

/** How many items may fail before a map run does; what is undefined does not count. */
export interface Tolerance {
  readonly toleratedFailureCount: number | undefined;
  /** From 0 to 100. */
  readonly toleratedFailurePercentage: number | undefined;
}

/** `States.ExceedToleratedFailureThreshold`, in AWS's words. */
export function thresholdExceeded(): StatesError {
  return new StatesError(
    'States.ExceedToleratedFailureThreshold',
    'The specified tolerated failure threshold was exceeded',
  );
}

/**
 * Whether more items have failed than are tolerated: none when nothing is specified, else either threshold decides.
 * A percentage is one of all items: undefined as long as nobody knows how many there are.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#maprun-fail-threshold
 */
export function exceedsTolerance(
  { toleratedFailureCount, toleratedFailurePercentage }: Tolerance,
  failedItems: number,
  totalItems: number | undefined,
): boolean {
  if (failedItems === 0) return false;
  if (toleratedFailureCount === undefined && toleratedFailurePercentage === undefined) return true;
  if (toleratedFailureCount !== undefined && failedItems > toleratedFailureCount) return true;
  if (toleratedFailurePercentage === undefined || totalItems === undefined) return false;
  return failedItems * 100 > toleratedFailurePercentage * totalItems;
}

const INDEX_DIGITS = 12;

/**
 * The name of a map run's child: a UUID, as AWS's are, but one that tells its batch, so that what has run can be
 * told by its results alone.
 */
export function childName(mapRunArn: string, batchIndex: number): string {
  const digits = hash('sha1', mapRunArn);
  const groups = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(12, 15)}`,
    `8${digits.slice(15, 18)}`,
  ];
  return `${groups.join('-')}-${batchIndex.toString(16).padStart(INDEX_DIGITS, '0')}`;
}

/** The batch of the child that is named so. */
export function batchIndexOf(name: string): number {
  return Number.parseInt(name.slice(-INDEX_DIGITS), 16);
}

/**
 * The ARN of a child: `…:execution:{machine}/{label}:{name}`, or `…:express:{machine}/{label}:{name}:{UUID}`.
 * A Standard child keeps it in a redrive; an Express one is started anew, with another.
 */
export function childArn(
  stateMachineArn: string,
  type: ExecutionType,
  name: string,
  redriveCount: number,
): string {
  if (type === 'STANDARD') return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  const digits = hash('sha1', `${stateMachineArn} ${name} ${redriveCount}`);
  const uuid = digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
  return `${stateMachineArn.replace(':stateMachine:', ':express:')}:${name}:${uuid}`;
}
