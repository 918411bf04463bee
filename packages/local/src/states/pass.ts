import type { PassState } from './definition.ts';
import type { QueryLanguage } from './query-language.ts';
import type { StateBody } from './state-visit.ts';

/** Pass: hands its input on, or what `Output` makes of it. */
export function compilePass(state: PassState, language: QueryLanguage): StateBody {
  const exit = language.exit(state, state.Next);
  return (visit) => exit(visit);
}
