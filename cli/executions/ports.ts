import type { StateMachineName } from '../stack.ts';

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
