import type { Catcher } from './definition.ts';
import { matchesError } from './error-equals.ts';
import { payloadOf } from './json.ts';
import type { CompiledResults } from './results.ts';
import { compileResults, exitWith } from './results.ts';
import type { StateExit, StateVisit } from './state-visit.ts';
import type { StatesError } from './states-error.ts';

export interface CompiledCatcher {
  readonly errorEquals: readonly string[];
  readonly results: CompiledResults;
}

/** Compiles `Catch`. */
export function compileCatchers(catchers: readonly Catcher[]): readonly CompiledCatcher[] {
  return catchers.map((catcher, index) => ({
    errorEquals: catcher.ErrorEquals,
    results: compileResults(catcher, catcher.Next, `Catch[${index}]/`),
  }));
}

/** Leaves the state by the first catcher that names the failure; undefined when none does. */
export async function catchFailure(
  visit: StateVisit,
  catchers: readonly CompiledCatcher[],
  failure: StatesError,
): Promise<StateExit | undefined> {
  const catcher = catchers.find(({ errorEquals }) => matchesError(errorEquals, failure.error));
  if (catcher === undefined) return undefined;
  const errorOutput = { Error: failure.error, Cause: failure.causeText ?? '' };
  return exitWith(visit, catcher.results, visit.scope({ errorOutput }), payloadOf(errorOutput, visit.name));
}
