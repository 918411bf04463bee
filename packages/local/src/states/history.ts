import { type JsonDocument, type JsonObject, StatesError } from './values.ts';

/** The types of events that this runtime records: a part of AWS's `HistoryEventType`. */
export type HistoryEventType =
  | `Execution${'Started' | 'Succeeded' | 'Failed' | 'Aborted' | 'TimedOut'}`
  | `${'Task' | 'Pass' | 'Choice' | 'Wait' | 'Succeed' | 'Parallel' | 'Map'}State${'Entered' | 'Exited'}`
  | 'FailStateEntered'
  | `${'Task' | 'Wait' | 'Parallel' | 'Map'}StateAborted`
  | `Task${'Scheduled' | 'Started' | 'Submitted' | 'SubmitFailed' | 'Succeeded' | 'Failed' | 'TimedOut'}`
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

/**
 * The state that an execution has entered last, with what it needs to be run again: a redrive, or a restart of the
 * runtime, begins there. It is plain data.
 */
export interface Checkpoint {
  readonly stateName: string;
  /** The state's input, as JSON text. */
  readonly input: string;
  readonly variables: JsonObject;
  readonly enteredEventId: number;
  readonly enteredDateMs: number;
  /** The map run that the state has started and that has not succeeded; of a Distributed Map alone. */
  readonly mapRunArn?: string;
}

interface Entered {
  readonly stateName: string;
  readonly input: JsonDocument;
  readonly variables: JsonObject;
  readonly enteredEventId: number;
  readonly enteredDateMs: number;
}

/** Follows an execution from state to state. */
export class Progress {
  #checkpoint: Checkpoint | undefined;
  readonly #keep: (checkpoint: Checkpoint) => void;

  constructor(keep: (checkpoint: Checkpoint) => void, checkpoint: Checkpoint | undefined) {
    this.#keep = keep;
    this.#checkpoint = checkpoint;
  }

  /** A state was entered. */
  entered({ input, ...entered }: Entered): void {
    this.#put({ ...entered, input: input.text });
  }

  /** The map run to go on with, of the state that the execution is in. */
  get mapRunArn(): string | undefined {
    return this.#checkpoint?.mapRunArn;
  }

  /** The state has started a map run. */
  mapRunStarted(mapRunArn: string): void {
    if (this.#checkpoint !== undefined) this.#put({ ...this.#checkpoint, mapRunArn });
  }

  /** The map run is not to be gone on with: it has succeeded, or the state is to start a new one. */
  mapRunDone(): void {
    if (this.#checkpoint === undefined) return;
    const { mapRunArn: _, ...checkpoint } = this.#checkpoint;
    this.#put(checkpoint);
  }

  #put(checkpoint: Checkpoint): void {
    this.#checkpoint = checkpoint;
    this.#keep(checkpoint);
  }
}

/** The fields of an event's details that are data of the execution. */
const EXECUTION_DATA: ReadonlySet<string> = new Set([
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'assignedVariables',
  'assignedVariablesDetails',
]);

/** The details as `includeExecutionData: false` leaves them. */
export function withoutExecutionData(details: EventDetails): EventDetails {
  return Object.fromEntries(Object.entries(details).filter(([name]) => !EXECUTION_DATA.has(name)));
}
