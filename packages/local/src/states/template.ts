import type { Json, StatesError } from './values.ts';

/** What is there at once, mostly: nobody need wait a turn for a literal. */
export type MaybePromise<T> = T | Promise<T>;

/** What an expression can see. */
export interface QueryScope {
  /** `$states`: input, context and, where they exist, result and errorOutput. */
  readonly states: Readonly<Record<string, Json>>;
  readonly variables: Readonly<Record<string, Json>>;
  /** The time that expressions are told, in milliseconds since the epoch. */
  readonly nowMs: number;
}

/** A field's value with the expressions in it, compiled. */
export interface Template {
  /** Whether there are none. */
  readonly isConstant: boolean;
  /** Throws `StatesError`. */
  evaluate(scope: QueryScope): MaybePromise<Json>;
  /** The failure of a value that its field does not take; `expected` names the type that it does. */
  unexpected(expected: string, value: Json): StatesError;
}

/** Evaluates a template whose value must satisfy `isExpected`; `expected` names the type in the error. */
export async function evaluateAs<T extends Json>(
  template: Template,
  scope: QueryScope,
  expected: string,
  isExpected: (value: Json) => value is T,
): Promise<T> {
  const value = await template.evaluate(scope);
  if (isExpected(value)) return value;
  throw template.unexpected(expected, value);
}
