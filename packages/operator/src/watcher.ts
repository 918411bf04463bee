import type { Clock } from './clock.ts';

/** How far something is. */
export interface ProgressCounts {
  readonly done: number;
  /** Absent while nobody knows: there is a count then, and no bar. */
  readonly total?: number | undefined;
  readonly failed?: number | undefined;
  readonly perSecond?: number | undefined;
  readonly secondsLeft?: number | undefined;
}

/** Shows that something goes on, until `stop`: turning, or as a line now and then where nobody watches. */
export interface ProgressBar {
  update(counts: ProgressCounts): void;
  /** Takes it away: what became of it is for the command to say. */
  stop(): void;
}

/** Who waits for what takes a while: a command at a terminal, or a server, which shows progress in its own way. */
export interface Watcher {
  readonly clock: Clock;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  readonly terminal: { progress(title: string): ProgressBar };
}
