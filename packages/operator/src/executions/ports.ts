import type { StateMachineName } from '../stack.ts';
import type { HistorySummary } from './history.ts';

export type ExecutionStatus =
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'TIMED_OUT'
  | 'ABORTED'
  | 'PENDING_REDRIVE';

/** An execution as it stands. Times are epoch milliseconds. */
export interface ExecutionState {
  readonly executionArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly stoppedAt?: number;
  /** JSON. */
  readonly input?: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly redriveCount?: number;
}

/** Starts executions and follows them. Errors are those of the SDK. */
export interface ExecutionStarter {
  /** Resolves to the executionArn. */
  start(machine: StateMachineName, name: string, input: object): Promise<string>;
  describe(executionArn: string): Promise<ExecutionState>;
  /** The type of its last event. */
  lastEventType(executionArn: string): Promise<string | undefined>;
}

/** How far a Distributed Map is. */
export interface MapRunState {
  readonly mapRunArn: string;
  readonly status: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly stoppedAt?: number;
  readonly maxConcurrency: number;
  readonly toleratedFailurePercentage: number;
  readonly toleratedFailureCount: number;
  /** By their status: `total`, `succeeded` … */
  readonly items: Readonly<Record<string, number>>;
  readonly executions: Readonly<Record<string, number>>;
}

/** Finds and reads executions. Errors are those of the SDK. */
export interface ExecutionReader {
  /** The newest first. */
  list(machine: StateMachineName, status: ExecutionStatus | undefined): AsyncIterable<ExecutionState>;
  /** Nothing where there is none. */
  find(executionArn: string): Promise<ExecutionState | undefined>;
  history(executionArn: string): Promise<HistorySummary>;
  mapRun(mapRunArn: string): Promise<MapRunState>;
}
