import type { SucceedState } from './definition.ts';
import type { QueryLanguage } from './query-language.ts';
import type { StateBody } from './state-visit.ts';

/** Succeed: ends its chain with its input, or with `Output`. */
export function compileSucceed(state: SucceedState, language: QueryLanguage): StateBody {
  const exit = language.exit(state, undefined);
  return (visit) => exit(visit);
}
