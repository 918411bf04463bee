import type { QueryLanguageName, Results, State } from './definition.ts';
import type { StateExit, StateVisit } from './state-visit.ts';
import type { MaybePromise, Template } from './template.ts';
import type { JsonDocument } from './values.ts';

/** What a state came to: nothing of its own, a result, or an error that a catcher has caught. */
export type Outcome = undefined | { readonly result: JsonDocument } | { readonly errorOutput: JsonDocument };

/** Leaves a state: makes its output of what it came to, and its variables. Throws `StatesError`. */
export type Exit = (visit: StateVisit, outcome?: Outcome) => MaybePromise<StateExit>;

/**
 * How the fields of a state are evaluated: states know the meaning of their fields, and a query language what is written
 * in them. `prefix` is a place in the state, as in `Catch[0]/`.
 */
export interface QueryLanguage {
  readonly name: QueryLanguageName;
  /** A field that may hold expressions, such as `Seconds`; undefined where its owner does not have it. */
  field(owner: object, name: string, prefix?: string): Template | undefined;
  /** What a state works on: its arguments, or its input. */
  work(state: State): (visit: StateVisit) => MaybePromise<JsonDocument>;
  /** How a state, a choice rule or a catcher is left for the state `next`. */
  exit(owner: Results, next: string | undefined, prefix?: string): Exit;
}
