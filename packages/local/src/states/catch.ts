import type { Catcher } from './definition.ts';
import { matchesError } from './error-equals.ts';
import { payloadOf } from './json.ts';
import type { Exit, QueryLanguage } from './query-language.ts';
import type { StateExit, StateVisit } from './state-visit.ts';
import type { StatesError } from './states-error.ts';

export interface CompiledCatcher {
  readonly errorEquals: readonly string[];
  readonly exit: Exit;
}

/** Compiles `Catch`. */
export function compileCatchers(
  catchers: readonly Catcher[],
  language: QueryLanguage,
): readonly CompiledCatcher[] {
  return catchers.map((catcher, index) => ({
    errorEquals: catcher.ErrorEquals,
    exit: language.exit(catcher, catcher.Next, `Catch[${index}]/`),
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
  const { error = '', cause = '' } = failure.told();
  const errorOutput = payloadOf({ Error: error, Cause: cause }, visit.name);
  return catcher.exit(visit, { errorOutput });
}
