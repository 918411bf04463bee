/** What is wrong with a definition, with AWS's codes (`ValidateStateMachineDefinition`). */
export type DiagnosticCode =
  | 'SCHEMA_VALIDATION_FAILED'
  | 'INVALID_RESOURCE'
  | 'INVALID_STATE_NAME'
  | 'DUPLICATE_STATE_NAME'
  | 'MISSING_TRANSITION_TARGET'
  | 'MISSING_END_STATE'
  | 'INVALID_JSONATA_EXPRESSION'
  | 'UNSUPPORTED_JSONATA_EXPRESSION';

export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** One sentence that names the state and says what is wrong. */
  readonly message: string;
  /** As in `/States/Wait/Timestamp`. */
  readonly location: string;
}

/** Collects diagnostics at a place in the definition. */
export class Findings {
  readonly list: Diagnostic[];
  readonly location: string;
  /** What sentences begin with: "State 'X'", or "The state machine". */
  readonly subject: string;

  constructor(list: Diagnostic[], location: string, subject: string) {
    this.list = list;
    this.location = location;
    this.subject = subject;
  }

  /** The same list at a field of this place. */
  at(field: string): Findings {
    return new Findings(this.list, `${this.location}/${field}`, this.subject);
  }

  /** The same list, about a state. */
  about(stateName: string, location: string): Findings {
    return new Findings(this.list, location, `State '${stateName}'`);
  }

  /** Adds "{subject}: {what}." */
  add(what: string, code: DiagnosticCode = 'SCHEMA_VALIDATION_FAILED'): void {
    this.list.push({ code, message: `${this.subject}: ${what}.`, location: this.location || '/' });
  }
}
