import type { ExecutionType, QueryLanguageName } from '../definition.ts';

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
