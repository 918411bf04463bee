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
