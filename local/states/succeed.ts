import type { SucceedState } from './definition.ts';
import { compileResults, exitWith } from './results.ts';
import type { StateBody } from './state-visit.ts';

/** Succeed: ends its chain with its input, or with `Output`. */
export function compileSucceed(state: SucceedState): StateBody {
  const { Output } = state;
  const results = compileResults(Output === undefined ? {} : { Output }, undefined);
  return (visit) => exitWith(visit, results, visit.scope(), visit.input);
}
