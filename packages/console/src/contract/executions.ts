import type { Problem } from './problem.ts';

/** Of a state machine's execution; `PENDING_REDRIVE` is of children of map runs alone. */
export type ExecutionStatus =
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'TIMED_OUT'
  | 'ABORTED'
  | 'PENDING_REDRIVE';

/** An execution in a list. Times are epoch milliseconds, as everywhere here. */
export interface ExecutionRow {
  readonly executionArn: string;
  /** As in `decommission-device`. */
  readonly machine: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly stoppedAt?: number;
  /** Of those that came to nothing; absent where it may not be read. */
  readonly error?: string;
}

/** `GET /api/executions?machine=&status=&cursor=`: the newest first. */
export interface ExecutionPage {
  readonly executions: readonly ExecutionRow[];
  /** What time it is for the stack. */
  readonly nowMs: number;
  /** For what comes after them; absent at the end. */
  readonly cursor?: string;
}

/** `running`: it is there now; `caught`: it failed, and the machine went on; `stopped`: with the execution. */
export type StateStatus = 'running' | 'succeeded' | 'caught' | 'failed' | 'stopped';

/** A state that an execution went through. */
export interface StateVisit {
  readonly name: string;
  /** As in its definition: `Task`, `Wait` … */
  readonly type: string;
  readonly enteredAt: number;
  readonly exitedAt?: number;
  /** Tries that failed. */
  readonly failures: number;
  /** Of the last of them. */
  readonly error?: string;
  readonly status: StateStatus;
}

/** How far a Distributed Map is. */
export interface MapRunProgress {
  readonly mapRunArn: string;
  readonly status: string;
  readonly startedAt: number;
  readonly stoppedAt?: number;
  readonly maxConcurrency: number;
  /** By their status: `total`, `succeeded`, `failed` … */
  readonly items: Readonly<Record<string, number>>;
  readonly executions: Readonly<Record<string, number>>;
}

/** `GET /api/executions/{executionArn}`. */
export interface ExecutionDetails extends Omit<ExecutionRow, 'error'> {
  /** What time it is for the stack. */
  readonly nowMs: number;
  readonly redriveCount: number;
  /** What it was started with: JSON, or text where it is none. */
  readonly input?: unknown;
  readonly output?: unknown;
  /** Why it came to nothing. */
  readonly failure?: { readonly error: string; readonly message: string };
  readonly redrive: { readonly isPossible: boolean; readonly reason?: string };
  /** In the order in which they were entered; the newest of many. */
  readonly visits: readonly StateVisit[];
  /** How many there were before these. */
  readonly earlierVisits: number;
  /** By its name, how a state that was reached stands. */
  readonly states: Readonly<Record<string, { readonly status: StateStatus; readonly visits: number }>>;
  /** Or why they are not known. */
  readonly mapRuns: readonly (MapRunProgress | { readonly mapRunArn: string; readonly problem: Problem })[];
  /** Whether nothing of this changes any more, unless it is redriven. */
  readonly isFinal: boolean;
}

/** `POST /api/executions`; who asks for it is put into the input by the server. */
export interface StartRequest {
  readonly machine: string;
  /** The same name with the same input is the same execution, so that an answer that got lost can be asked for again. */
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What `POST /api/executions` answers, and `…/stop` and `…/redrive` of one. */
export interface StartedExecution {
  readonly executionArn: string;
}
