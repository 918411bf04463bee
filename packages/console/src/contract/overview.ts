import type { LifecycleCounts, LifecycleEvent } from './live.ts';

/** How many; `isAtLeast`: there are others, which nobody has counted. */
export interface Count {
  readonly count: number;
  readonly isAtLeast: boolean;
}

/** What a census reads, by what DynamoDB says of its tables, which is up to six hours old. */
export interface CensusPlan {
  readonly items: number;
  readonly bytes: number;
  /** At list prices; on the laptop nothing. */
  readonly usd: number;
}

/** What the tables hold: as it was counted, and as it has become by what was heard since. */
export interface Census {
  /** When the counting ended, by the stack's clock. */
  readonly countedAtMs: number;
  /** Whether what happens since is heard of, and counted. */
  readonly isFollowed: boolean;
  /** Whether something happened that cannot be counted by hearing of it: a restore, or a move while it was counted. */
  readonly isApproximate: boolean;
  readonly active: number;
  /** Can be restored, those under legal hold too. */
  readonly decommissioned: number;
  readonly held: number;
  /** Decommissioned devices that are still heard of, as of the counting. */
  readonly ghosts: number;
  /** Their retention is over, and DynamoDB has not removed them yet. */
  readonly expired: number;
  /** Whose retention ends on that day, of the console's time zone: 31 days, the first one today. */
  readonly expiringByDay: readonly { readonly startMs: number; readonly count: number }[];
  readonly expiringLater: number;
}

/** `GET /api/overview/census` */
export interface CensusState {
  /** The stack's. */
  readonly nowMs: number;
  readonly plan: CensusPlan;
  /** Whether it is time to count, which is cheap: the page then does. */
  readonly isDue: boolean;
  readonly census?: Census;
}

/** A line of `GET /api/overview/census/count`, which counts; several that ask for it at a time get the same. */
export type CensusLine =
  | { readonly progress: { readonly done: number; readonly total: number } }
  | { readonly census: Census };

/** `GET /api/overview/pending`: what is still to be done in AWS IoT. */
export interface Pending {
  /** Devices whose certificates have yet to follow a move. */
  readonly credentials: Count;
  /** Purged devices of which something is left. */
  readonly purges: Count;
}

/** `GET /api/overview/dead-letters`: about how many. */
export interface DeadLetterCount {
  readonly visible: number;
  /** In somebody's hands. */
  readonly hidden: number;
}

/** `GET /api/overview/executions` */
export interface ExecutionCounts {
  readonly running: Count;
  /** Failed or timed out within the last day. */
  readonly failed: Count;
}

/** How far back. */
export const SPANS = ['hour', 'day', 'week'] as const;
export type Span = (typeof SPANS)[number];

/** What CloudWatch Logs Insights has read for an answer. */
export interface Scanned {
  readonly bytes: number;
  /** At list prices; on the laptop nothing. */
  readonly usd: number;
  /** When, by the console's clock. */
  readonly atMs: number;
}

/** `GET /api/overview/moves?span=…`: the steps of devices' lives, in the order of time, without gaps. */
export interface Moves {
  readonly bins: readonly { readonly startMs: number; readonly counts: LifecycleCounts }[];
  readonly binMs: number;
  readonly scanned: Scanned;
}

/** `GET /api/overview/rejections?span=…`: what was asked for in vain, the most frequent first. */
export interface Rejections {
  readonly rows: readonly {
    readonly operation: string;
    readonly code: string;
    readonly count: number;
    /** What one of them was told. */
    readonly example: string;
  }[];
  readonly scanned: Scanned;
}

/** `GET /api/overview/events`: of the last week, the newest first. */
export interface RecentEvents {
  readonly events: readonly LifecycleEvent[];
}
