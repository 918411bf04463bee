import type { KnownQuotas } from './quotas.ts';
import type { Source } from './source.ts';

/** An object that is there. */
export interface StoredObject {
  readonly devices?: number;
  /** Epoch milliseconds. */
  readonly writtenAtMs: number;
}

export interface UploadOptions {
  onProgress(bytes: number): void;
  /** Ends it, with nothing left behind. */
  readonly signal: AbortSignal;
}

/** The bucket of the stack for fleets. Its methods throw `CliError` where there is none. */
export interface FleetBucket {
  readonly name: string;
  describe(key: string): Promise<StoredObject | undefined>;
  upload(key: string, source: Source, options: UploadOptions): Promise<void>;
  /** Throws `CliError` when there is no such object. */
  read(key: string): Promise<AsyncIterable<Buffer>>;
  /** The keys that begin so. */
  list(prefix: string): AsyncIterable<string>;
}

/** What a machine for fleets is given: see docs/messages.md. */
export interface FleetInput {
  readonly source: { readonly bucket: string; readonly key: string };
  readonly requestedBy: string;
  /** What was done by the same request is answered the same again; the name of the execution where it is absent. */
  readonly requestId?: string;
  readonly reason?: string;
  readonly retentionDays?: number;
  readonly legalHold?: boolean;
  readonly dryRun?: boolean;
  readonly maxConcurrency?: number;
  readonly toleratedFailurePercentage?: number;
}

export type RunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

/** An execution of a machine for fleets. */
export interface Run {
  readonly executionArn: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
  /** As it was given. */
  readonly input: Readonly<Record<string, unknown>>;
  /** JSON text. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  /** Why it cannot be redriven. */
  readonly notRedrivable?: string;
}

/** Items, which are devices. */
export interface MapRunCounts {
  readonly total: number;
  readonly succeeded: number;
  /** Those of batches that failed, timed out or were aborted. */
  readonly failed: number;
  /** Those that have a line in the results. */
  readonly resultsWritten: number;
}

export interface MapRun {
  readonly mapRunArn: string;
  readonly isRunning: boolean;
  readonly counts: MapRunCounts;
  readonly maxConcurrency: number;
  readonly toleratedFailurePercentage: number;
  /** By their state, in Step Functions' words: `pending`, `running`, `succeeded` … */
  readonly items: Readonly<Record<string, number>>;
  /** Its child executions, likewise. */
  readonly batches: Readonly<Record<string, number>>;
}

export interface MapRunChange {
  readonly maxConcurrency?: number;
  readonly toleratedFailurePercentage?: number;
}

/** Executions, in Step Functions' own terms. */
export interface FleetRuns {
  describe(executionArn: string): Promise<Run | undefined>;
  /**
   * Resolves to the ARN; to nothing when the name is taken. Throws `CliError` when the stack has no such machine.
   */
  start(stateMachineArn: string, name: string, input: object): Promise<string | undefined>;
  /** The newest of an execution; none before it has begun. */
  findMapRun(executionArn: string): Promise<MapRun | undefined>;
  stop(executionArn: string, cause: string): Promise<void>;
  change(mapRunArn: string, change: MapRunChange): Promise<void>;
  redrive(executionArn: string): Promise<void>;
}

/** What the commands about fleets work with. */
export interface FleetTools {
  readonly bucket: FleetBucket;
  readonly runs: FleetRuns;
  readQuotas(): Promise<KnownQuotas>;
}
