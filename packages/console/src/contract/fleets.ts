export type FleetOperation = 'decommission' | 'restore';
/** What an execution is of: `stale` of the machine `propose-stale`. */
export type FleetKind = FleetOperation | 'stale';
export type FleetRunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

/** Devices; of `stale` parts of the table. `failed`: of batches that failed as a whole. */
export interface FleetCounts {
  readonly done: number;
  readonly failed: number;
  readonly total: number;
}

/** A run in the list. Times are epoch milliseconds. */
export interface FleetRunSummary {
  readonly executionArn: string;
  readonly name: string;
  readonly kind: FleetKind;
  readonly status: FleetRunStatus;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly isDryRun: boolean;
  readonly reason?: string;
  /** Of `stale`. */
  readonly unseenDays?: number;
  /** None before it has begun with its devices. */
  readonly counts?: FleetCounts;
  /** In the list alone, and once the results were read: Step Functions counts no device that fails in a batch. */
  readonly failedDevices?: number;
}

/** `GET /fleets?limit=25`: the newest first. */
export interface FleetRunList {
  readonly runs: readonly FleetRunSummary[];
  /** Whether there are others beyond the limit. */
  readonly hasMore: boolean;
}

/** What a run may change while it goes on. */
export interface FleetPace {
  /** Batches of 100 devices at the same time. */
  readonly maxConcurrency?: number;
  /** 0 to 100. */
  readonly toleratedFailurePercentage?: number;
}

/** `GET /fleets/runs/:executionArn` */
export interface FleetRun extends FleetRunSummary {
  readonly requestedBy?: string;
  readonly retentionDays?: number;
  readonly legalHold?: boolean;
  readonly error?: string;
  readonly cause?: string;
  /** Whether it can go on where it was stopped or has failed; where not, `notRedrivable` may say why. */
  readonly isRedrivable: boolean;
  readonly notRedrivable?: string;
  readonly mapRun?: {
    readonly isRunning: boolean;
    readonly maxConcurrency: number;
    readonly toleratedFailurePercentage: number;
    /** By their state, in Step Functions' words. */
    readonly items: Readonly<Record<string, number>>;
    readonly batches: Readonly<Record<string, number>>;
  };
  /** Whether it has ended, and all its results are in the bucket: with the others, they come within a minute. */
  readonly hasResults: boolean;
  /** What `stale` has found. `seenBefore`: epoch milliseconds. */
  readonly proposal?: { readonly devices: number; readonly seenBefore: number };
}

/** How many devices had which outcome. */
export interface FleetTally {
  readonly devices: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** Of a dry run: those that would be turned off, or on. */
  readonly certificates: number;
  /** The most frequent first, a hundred at most. */
  readonly failures: readonly FleetFailure[];
}

export interface FleetFailure {
  readonly error: string;
  readonly count: number;
  readonly retryable: boolean;
  readonly examples: readonly FleetExample[];
}

export interface FleetExample {
  readonly deviceId: string;
  readonly message?: string;
  /** Where it stands in the file of a plan. */
  readonly line?: number;
}

/** A device that has failed, or was not run. */
export interface FailedDevice {
  readonly deviceId: string;
  readonly outcome: string;
  readonly error?: string;
  readonly message?: string;
  readonly retryable?: boolean;
}

/** `GET /fleets/runs/:executionArn/failures?after=&error=&limit=100` */
export interface FailedDevices {
  readonly devices: readonly FailedDevice[];
  /** `after` of the next page; none on the last. */
  readonly next?: number;
}

/** A line of `GET /fleets/runs/:executionArn/tally`: how many results were read so far, then what they come to. */
export type TallyLine = { readonly read: number } | { readonly tally: FleetTally };

/** What of a run is taken as the source of another: what failed, what was decommissioned, or what is stale. */
export type TakenFromRun = 'failures' | 'decommissioned' | 'stale';

/** `POST /fleets/uploads/from-run` */
export interface FromRun {
  readonly executionArn: string;
  readonly take: TakenFromRun;
}

/** A list of devices on the server, for an hour: `POST /fleets/uploads?name=lot-7.csv` with the file as its body. */
export interface FleetUpload {
  readonly id: string;
  readonly name: string;
  /** Good ones, each once. */
  readonly devices: number;
  /** Lines that are left out: bad ones, and repeated devices. */
  readonly problemCount: number;
  /** What can be done with it; both where it is a file. */
  readonly operations: readonly FleetOperation[];
  /** Of a run's devices: what that was asked for, which a retry asks again. */
  readonly from?: FromRun & {
    readonly name: string;
    readonly reason?: string;
    readonly retentionDays?: number;
    readonly legalHold?: boolean;
  };
  /** Left out of what was decommissioned, since their retention is over. */
  readonly expired?: { readonly count: number; readonly examples: readonly string[] };
  /** With AWS's default quotas, and no device looked up. */
  readonly forecast: FleetForecast;
}

/** `GET /fleets/uploads/:id/problems?offset=0&limit=100` */
export interface FileProblems {
  readonly problems: readonly { readonly line: number; readonly problem: string }[];
  /** How many can be read; there may be more, which are counted alone. */
  readonly readable: number;
}

interface ForecastPace {
  readonly seconds: number;
  readonly perSecond: number;
  /** In English. */
  readonly limitedBy: string;
}

/** As `devicectl fleet plan` has it. */
export interface FleetForecast {
  readonly devices: number;
  readonly certificates: number;
  readonly costUsd: {
    readonly move: number;
    readonly credentials: number;
    readonly purge: number;
    readonly statePerDevice: number;
  };
  readonly time: { readonly move: ForecastPace; readonly credentials: ForecastPace };
  /** In English: where the quotas come from. */
  readonly notice?: string;
}

/** How far something is; `phase` is `Uploading` or `Looking up`. */
export interface FleetProgress {
  readonly phase: string;
  readonly done: number;
  readonly total?: number;
  readonly failed?: number;
  readonly perSecond?: number;
  readonly secondsLeft?: number;
}

/** `POST /fleets/uploads/:id/plan` */
export interface PlanRequest extends FleetPace {
  readonly operation: FleetOperation;
}

export interface FleetPlan {
  readonly executionArn: string;
  readonly status: FleetRunStatus;
  readonly error?: string;
  readonly cause?: string;
  /** None where the dry run had not begun with its devices. */
  readonly tally?: FleetTally;
  readonly forecast: FleetForecast;
}

export type PlanLine = { readonly progress: FleetProgress } | { readonly plan: FleetPlan };

/** `POST /fleets/runs`, and `GET /fleets/runs/same` as its query without the pace: which of the same there is. */
export interface StartRequest extends FleetPace {
  readonly uploadId: string;
  readonly operation: FleetOperation;
  readonly reason?: string;
  /** Neither is asked of a retry, which has them of its run. */
  readonly retentionDays?: number;
  readonly legalHold?: boolean;
  readonly skipBadLines: boolean;
}

interface KnownRun {
  readonly executionArn: string;
  readonly name: string;
  readonly status: FleetRunStatus;
}

/** Which runs of the same devices and options there are. */
export interface SameRuns {
  /** It goes on: starting it again leads there. */
  readonly running?: KnownRun;
  /** It has ended. */
  readonly earlier?: KnownRun;
}

export type StartLine =
  | { readonly progress: FleetProgress }
  | { readonly begun: { readonly executionArn: string; readonly isGoingOn: boolean } };

/** `POST /fleets/stale` */
export interface StaleRequest {
  readonly unseenDays: number;
}

/** `POST /fleets/stale`, `POST /fleets/runs/:executionArn/redrive` */
export interface FleetRunRef {
  readonly executionArn: string;
}
