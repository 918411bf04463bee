import type { PassState } from './definition.ts';
import { compileResults, exitWith } from './results.ts';
import type { StateBody } from './state-visit.ts';

/** Pass: hands its input on, or what `Output` makes of it. */
export function compilePass(state: PassState): StateBody {
  const results = compileResults(state, state.Next);
  return (visit) => exitWith(visit, results, visit.scope(), visit.input);
}
