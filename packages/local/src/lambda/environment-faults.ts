import type { OffsetClock } from '../clock.ts';

/** What is made to happen to environments, for trying how functions take it. */
export interface EnvironmentFaults {
  /** The clock of an environment that boots. */
  clockOf(clock: OffsetClock): OffsetClock;
  /** When the worker of an invocation that begins is to end, and whom to tell once it has; undefined for not at all. */
  killOf(functionName: string): EnvironmentKill | undefined;
}

export interface EnvironmentKill {
  readonly afterMs: number;
  tell(): void;
}
