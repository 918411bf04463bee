import { StatesError } from './states-error.ts';

/** The types of events that this runtime records: a part of AWS's `HistoryEventType`. */
export type HistoryEventType =
  | `Execution${'Started' | 'Succeeded' | 'Failed' | 'Aborted' | 'TimedOut'}`
  | `${'Task' | 'Pass' | 'Choice' | 'Wait' | 'Succeed' | 'Parallel' | 'Map'}State${'Entered' | 'Exited'}`
  | 'FailStateEntered'
  | `${'Task' | 'Wait' | 'Parallel' | 'Map'}StateAborted`
  | `Task${'Scheduled' | 'Started' | 'Submitted' | 'SubmitFailed' | 'Succeeded' | 'Failed' | 'TimedOut'}`
  | `Activity${'Scheduled' | 'Started' | 'Succeeded' | 'Failed' | 'TimedOut'}`
  | `LambdaFunction${'Scheduled' | 'Started' | 'Succeeded' | 'Failed' | 'TimedOut'}`
  | `${'Parallel' | 'Map'}State${'Started' | 'Succeeded' | 'Failed'}`
  | `MapIteration${'Started' | 'Succeeded' | 'Failed' | 'Aborted'}`
  | `MapRun${'Started' | 'Succeeded' | 'Failed' | 'Aborted' | 'Redriven'}`
  | 'ExecutionRedriven'
  | 'EvaluationFailed';

export type EventDetails = Readonly<Record<string, unknown>>;

/** An event as it is kept; `details` are those of AWS's field for its type, payloads as JSON texts. */
export interface HistoryEvent {
  readonly id: number;
  /** The event before it on the same chain of states; 0 for what begins or ends an execution. */
  readonly previousEventId: number;
  readonly type: HistoryEventType;
  readonly timestampMs: number;
  readonly details: EventDetails | undefined;
}

/** Payloads are never truncated here. */
export const NOT_TRUNCATED = { truncated: false } as const;

/** The quota of events of a Standard execution; the last one is kept for how it ends. */
export const MAX_HISTORY_EVENTS = 25_000;

export interface HistoryOptions {
  readonly now: () => number;
  /** Keeps an event; absent for Express executions, whose events only count. */
  readonly keep?: (event: HistoryEvent) => void;
  /** Logs an event; absent where nothing is logged. */
  readonly log?: ((event: HistoryEvent) => void) | undefined;
  /** The events that there are already, of an execution that goes on; 0 when absent. */
  readonly lastEventId?: number;
}

/** The events of one execution. It ends with the execution: what comes later is not recorded. */
export class History {
  readonly #options: HistoryOptions;
  #lastEventId: number;
  #closed = false;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#lastEventId = options.lastEventId ?? 0;
  }

  /**
   * Records an event and returns its id.
   * Throws `States.Runtime` when a Standard execution has no room for more than its last event.
   */
  append(type: HistoryEventType, previousEventId: number, details?: EventDetails): number {
    if (this.#closed) return this.#lastEventId;
    const { keep } = this.#options;
    if (keep !== undefined && this.#lastEventId >= MAX_HISTORY_EVENTS - 1) {
      throw new StatesError(
        'States.Runtime',
        `The execution reached the maximum number of history events (${MAX_HISTORY_EVENTS}).`,
      );
    }
    return this.#record(type, previousEventId, details);
  }

  /** Records the execution's last event. */
  close(type: HistoryEventType, previousEventId: number, details?: EventDetails): void {
    if (this.#closed) return;
    this.#record(type, previousEventId, details);
    this.#closed = true;
  }

  /** Records nothing more: the execution is left as it is. */
  seal(): void {
    this.#closed = true;
  }

  #record(type: HistoryEventType, previousEventId: number, details: EventDetails | undefined): number {
    this.#lastEventId += 1;
    const { keep, log, now } = this.#options;
    const event: HistoryEvent = { id: this.#lastEventId, previousEventId, type, timestampMs: now(), details };
    keep?.(event);
    log?.(event);
    return this.#lastEventId;
  }
}
