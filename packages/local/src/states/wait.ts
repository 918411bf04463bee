import type { WaitState } from './definition.ts';
import { sleep } from './interruption.ts';
import type { Json } from './json.ts';
import type { QueryLanguage } from './query-language.ts';
import type { StateBody, StateVisit } from './state-visit.ts';
import { evaluateAs, type QueryScope, type Template } from './template.ts';
import { isTimestamp } from './timestamp.ts';

/** The longest that `Seconds` may be. Source: "Wait workflow state". */
export const MAX_WAIT_SECONDS = 99_999_999;

const SECONDS = `integer from 0 to ${MAX_WAIT_SECONDS}`;

/**
 * Wait: goes on after `Seconds`, or at `Timestamp`: at once when that has passed. Seconds count from when the state was
 * entered, also by an earlier runtime, or from the redrive after that.
 */
export function compileWait(state: WaitState, language: QueryLanguage): StateBody {
  const seconds = language.field(state, 'Seconds');
  const timestamp = language.field(state, 'Timestamp');
  const exit = language.exit(state, state.Next);
  return async (visit) => {
    const { clock } = visit.chain.run.runtime;
    const untilMs =
      seconds === undefined
        ? await timestampMs(timestamp, visit.scope())
        : beganAtMs(visit) + (await evaluateAs(seconds, visit.scope(), SECONDS, isSeconds)) * 1_000;
    // A timer may wake a millisecond early.
    for (let nowMs = clock.now(); nowMs < untilMs; nowMs = clock.now()) {
      await sleep(visit.chain, untilMs - nowMs);
    }
    return exit(visit);
  };
}

function beganAtMs({ enteredDateMs, chain }: StateVisit): number {
  const { RedriveTime } = Object(chain.run.context['Execution']);
  const redrivenAtMs = typeof RedriveTime === 'string' ? Date.parse(RedriveTime) : 0;
  return Math.max(enteredDateMs, redrivenAtMs);
}

async function timestampMs(timestamp: Template | undefined, scope: QueryScope): Promise<number> {
  if (timestamp === undefined) throw new TypeError('A Wait state has neither Seconds nor Timestamp.');
  return Date.parse(await evaluateAs(timestamp, scope, 'timestamp', isTimestamp));
}

function isSeconds(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_WAIT_SECONDS;
}
