interface Raised {
  /** The field whose expression failed, as in `Choices[0]/Condition`. */
  readonly location?: string;
  /** Whether the interpreter raised it: its cause then tells the state where it happened. */
  readonly byInterpreter?: boolean;
}

/**
 * A failure inside an execution, with the error name that `ErrorEquals` matches.
 * The names that begin with `States.` are those of "Handling errors in Step Functions workflows".
 */
export class StatesError extends Error {
  readonly error: string;
  /** Absent for what AWS reports without a cause, such as timeouts. */
  readonly causeText: string | undefined;
  readonly location: string | undefined;
  readonly byInterpreter: boolean;

  constructor(error: string, causeText?: string, raised: Raised = {}) {
    super(causeText === undefined ? error : `${error}: ${causeText}`);
    this.name = 'StatesError';
    this.error = error;
    this.causeText = causeText;
    this.location = raised.location;
    this.byInterpreter = raised.byInterpreter ?? false;
  }

  /**
   * What events and records tell of it; a Fail state need not give an error name. That it was a heartbeat which did not
   * come is known to `ErrorEquals` alone.
   */
  told(): { error?: string; cause?: string } {
    const error = this.error === 'States.HeartbeatTimeout' ? 'States.Timeout' : this.error;
    return {
      ...(error === '' ? {} : { error }),
      ...(this.causeText === undefined ? {} : { cause: this.causeText }),
    };
  }

  /** The same failure with the state named in its cause, as AWS does once, at the innermost state. */
  inState(stateName: string, enteredEventId: number): StatesError {
    if (!this.byInterpreter) return this;
    const where = `An error occurred while executing the state '${stateName}' (entered at the event id #${enteredEventId}).`;
    return new StatesError(this.error, `${where} ${this.causeText ?? ''}`.trimEnd(), {
      ...(this.location === undefined ? {} : { location: this.location }),
    });
  }
}

/** `States.Runtime`: what no retry mends and no catcher catches. */
export function runtimeError(causeText: string): StatesError {
  return new StatesError('States.Runtime', causeText, { byInterpreter: true });
}

/** A chain of states that was ended from outside: a sibling failed, or the execution ended. */
export class ChainAborted extends Error {
  constructor() {
    super('The chain of states was aborted.');
    this.name = 'ChainAborted';
  }
}

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** A JSON value with its text, so that an output is serialised once: for its size, its event and what follows. */
export interface JsonDocument {
  readonly value: Json;
  readonly text: string;
}

/** The quota of a task's, a state's or an execution's input or output, in bytes of UTF-8. */
export const MAX_PAYLOAD_BYTES = 262_144;

/** Tells objects from arrays, null and scalars. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Serialises `value`, whatever its size: for values that come from a quota's right side. */
export function documentOf(value: Json): JsonDocument {
  return { value, text: JSON.stringify(value) };
}

/** Whether `text` is longer than the quota of payloads. */
export function exceedsPayloadQuota(text: string): boolean {
  // A UTF-16 unit takes one to three bytes: most texts need not be measured.
  if (text.length * 3 <= MAX_PAYLOAD_BYTES) return false;
  return Buffer.byteLength(text) > MAX_PAYLOAD_BYTES;
}

/**
 * Serialises what a state hands on.
 * Throws `States.DataLimitExceeded` when it is longer than 256 KiB; `producer` is "state" or "state/task".
 */
export function payloadOf(value: Json, stateName: string, producer = 'state/task'): JsonDocument {
  return withinQuota(documentOf(value), stateName, producer);
}

/** As {@link payloadOf}, for a document that is serialised already. */
export function withinQuota(
  document: JsonDocument,
  stateName: string,
  producer = 'state/task',
): JsonDocument {
  if (exceedsPayloadQuota(document.text)) {
    throw new StatesError(
      'States.DataLimitExceeded',
      `The ${producer} '${stateName}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
  return document;
}

/** RFC 3339 with an upper-case `T` and, for UTC, an upper-case `Z`. Source: ASL, "Timestamps". */
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Whether a value is a timestamp of the Amazon States Language. */
export function isTimestamp(value: unknown): value is string {
  return typeof value === 'string' && RFC_3339.test(value) && !Number.isNaN(Date.parse(value));
}

/**
 * What the names of executions and the labels of Distributed Maps may not hold.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export const FORBIDDEN_IN_NAMES = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;

/** Whether a text has 1 to `maxLength` characters, and none that is forbidden. */
export function isName(text: string, maxLength: number): boolean {
  return text.length > 0 && text.length <= maxLength && text.search(FORBIDDEN_IN_NAMES) === -1;
}

/** Errors that neither `States.ALL` nor `States.TaskFailed` stands for. */
const TERMINAL_ERRORS: ReadonlySet<string> = new Set(['States.DataLimitExceeded', 'States.Runtime']);

const TIMEOUTS: ReadonlySet<string> = new Set(['States.Timeout', 'States.HeartbeatTimeout']);

/**
 * Whether a retrier or catcher is meant for an error.
 * Source: "Handling errors in Step Functions workflows", Error names: `States.Runtime` always fails the
 * execution; `States.TaskFailed` stands for every error but timeouts; `States.Timeout` also stands for missing heartbeats.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function matchesError(errorEquals: readonly string[], error: string): boolean {
  if (error === 'States.Runtime') return false;
  return errorEquals.some((name) => standsFor(name, error));
}

function standsFor(name: string, error: string): boolean {
  if (name === error) return true;
  switch (name) {
    case 'States.ALL':
      return !TERMINAL_ERRORS.has(error);
    case 'States.TaskFailed':
      return !TERMINAL_ERRORS.has(error) && !TIMEOUTS.has(error);
    case 'States.Timeout':
      return TIMEOUTS.has(error);
    default:
      return false;
  }
}
