import type { ExecutionType, QueryLanguageName } from '../definition.ts';

/**
 * What is wrong with a definition.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html
 */
export interface Diagnostic {
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
  /** In which the fields at the place are written. */
  readonly language: QueryLanguageName;

  constructor(list: Diagnostic[], location: string, subject: string, language: QueryLanguageName) {
    this.list = list;
    this.location = location;
    this.subject = subject;
    this.language = language;
  }

  /** The same list at a field of this place. */
  at(field: string): Findings {
    return new Findings(this.list, `${this.location}/${field}`, this.subject, this.language);
  }

  /** The same list at an item of the array at this place. */
  item(index: number): Findings {
    return new Findings(this.list, `${this.location}[${index}]`, this.subject, this.language);
  }

  /** The same list, about a state. */
  about(stateName: string, location: string): Findings {
    return new Findings(this.list, location, `State '${stateName}'`, this.language);
  }

  /** The same place, in another language. */
  in(language: QueryLanguageName): Findings {
    return new Findings(this.list, this.location, this.subject, language);
  }

  /** Adds "{subject}: {what}." */
  add(what: string): void {
    this.tell(`${this.subject}: ${what}.`);
  }

  /** Adds a message in AWS's words. */
  tell(message: string): void {
    this.list.push({ message, location: this.location || '/' });
  }

  /** Adds the diagnostic of fields that stand for each other, where more than one is there. */
  atMostOneOf(owner: object, fields: readonly string[]): void {
    const given = fields.filter((field) => Object.hasOwn(owner, field));
    if (given.length > 1)
      this.tell(`There should only be one of the following fields: [${fields.join(', ')}]`);
  }

  /** As {@link atMostOneOf}, and where none is there. */
  oneOf(owner: object, fields: readonly string[]): void {
    this.atMostOneOf(owner, fields);
    if (!fields.some((field) => Object.hasOwn(owner, field))) {
      this.tell(`This object should have only one of the following fields: [${fields.join(', ')}]`);
    }
  }

  /** Whether all of the fields are there; adds the diagnostic of those that are not. */
  require(owner: object, fields: readonly string[]): boolean {
    const missing = fields.filter((field) => !Object.hasOwn(owner, field));
    if (missing.length > 0) this.tell(`These fields are required: [${missing.join(', ')}]`);
    return missing.length === 0;
  }
}

/** What is known of the machine that states belong to. */
export interface Surroundings {
  /** The names of its states, for they must differ. */
  readonly names: Set<string>;
  /** The labels of its Distributed Maps, for they must differ too. */
  readonly labels: Set<string>;
  /** The variables that the states around them assign: theirs have other names. */
  readonly outerVariables: ReadonlySet<string>;
  /** Of states that name none. */
  readonly queryLanguage: QueryLanguageName;
  /** What runs the states: an execution of the machine's type, or a child of a map run. */
  readonly owner: ExecutionType | 'CHILD';
}
