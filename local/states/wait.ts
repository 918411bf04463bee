import type { WaitState } from './definition.ts';
import { sleep } from './interruption.ts';
import type { Json } from './json.ts';
import type { QueryScope } from './jsonata.ts';
import { compileResults, exitWith } from './results.ts';
import type { StateBody } from './state-visit.ts';
import type { Template } from './template.ts';
import { compileOptional, evaluateAs } from './template.ts';
import { isTimestamp } from './timestamp.ts';

/** The longest that `Seconds` may be. Source: "Wait workflow state". */
export const MAX_WAIT_SECONDS = 99_999_999;

/** Wait: goes on after `Seconds`, or at `Timestamp`: at once when that has passed. */
export function compileWait(state: WaitState): StateBody {
  const seconds = compileOptional(state.Seconds, 'Seconds');
  const timestamp = compileOptional(state.Timestamp, 'Timestamp');
  const results = compileResults(state, state.Next);
  return async (visit) => {
    const waitMs =
      seconds === undefined
        ? (await untilMs(timestamp, visit.scope())) - visit.chain.run.runtime.clock.now()
        : (await evaluateAs(seconds, visit.scope(), `integer from 0 to ${MAX_WAIT_SECONDS}`, isSeconds)) *
          1_000;
    if (waitMs > 0) await sleep(visit.chain, waitMs);
    return exitWith(visit, results, visit.scope(), visit.input);
  };
}

async function untilMs(timestamp: Template | undefined, scope: QueryScope): Promise<number> {
  if (timestamp === undefined) throw new TypeError('A Wait state has neither Seconds nor Timestamp.');
  return Date.parse(await evaluateAs(timestamp, scope, 'timestamp', isTimestamp));
}

function isSeconds(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_WAIT_SECONDS;
}
