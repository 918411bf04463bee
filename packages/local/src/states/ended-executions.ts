import type { Clock } from '../clock.ts';
import type { MapRuns } from './distributed/map-runs.ts';
import type { ExecutionStore } from './execution-store.ts';

/** How long a name is taken and an execution can be read after its end: 90 days. */
const RETENTION_MS = 90 * 24 * 60 * 60 * 1_000;

/**
 * How many are kept, where AWS knows no limit. One of five tasks takes 9 KB with payloads of a few bytes, and 20 KB
 * with payloads of 500: 100 to 200 MB in all.
 */
const MAX_ENDED_EXECUTIONS = 10_000;

export interface EndedExecutionsOptions {
  readonly clock: Clock;
  readonly store: ExecutionStore;
  readonly mapRuns: Pick<MapRuns, 'forget'>;
  /** Of all state machines; 10,000 when absent. */
  readonly maxEndedExecutions?: number | undefined;
}

/**
 * The Standard executions that have ended. Each is forgotten after 90 days, or once there are too many that have ended
 * after it, so that what a long run of load leaves behind has a bound.
 */
export class EndedExecutions {
  readonly #options: EndedExecutionsOptions;
  /** When each has ended, by its ARN; the first to end is first. */
  readonly #stopDatesMs: Map<string, number>;

  constructor(options: EndedExecutionsOptions) {
    this.#options = options;
    this.#stopDatesMs = new Map(options.store.ended());
    this.forgetOld();
  }

  /** An execution has ended, and nothing of it runs any more. */
  add(executionArn: string, stopDateMs: number): void {
    this.#stopDatesMs.set(executionArn, stopDateMs);
    this.forgetOld();
  }

  /** An execution runs again. */
  remove(executionArn: string): void {
    this.#stopDatesMs.delete(executionArn);
  }

  /** To be called before what ended is looked for: time passes also while nothing ends. */
  forgetOld(): void {
    const { clock, maxEndedExecutions = MAX_ENDED_EXECUTIONS } = this.#options;
    const forgottenMs = clock.now() - RETENTION_MS;
    for (const [executionArn, stopDateMs] of this.#stopDatesMs) {
      if (stopDateMs > forgottenMs && this.#stopDatesMs.size <= maxEndedExecutions) return;
      this.#forget(executionArn);
    }
  }

  #forget(executionArn: string): void {
    const { mapRuns, store } = this.#options;
    this.#stopDatesMs.delete(executionArn);
    mapRuns.forget(executionArn);
    store.remove(executionArn);
  }
}
