import type { ChoiceState, FailState, PassState, SucceedState, WaitState } from './definition.ts';
import { sleep } from './interruption.ts';
import type { Exit, QueryLanguage } from './query-language.ts';
import type { StateBody, StateVisit } from './state-visit.ts';
import { evaluateAs, type QueryScope, type Template } from './template.ts';
import { isTimestamp, type Json, runtimeError, StatesError } from './values.ts';

/** Pass: hands its input on, or what `Output` makes of it. */
export function compilePass(state: PassState, language: QueryLanguage): StateBody {
  const exit = language.exit(state, state.Next);
  return (visit) => exit(visit);
}

/** Succeed: ends its chain with its input, or with `Output`. */
export function compileSucceed(state: SucceedState, language: QueryLanguage): StateBody {
  const exit = language.exit(state, undefined);
  return (visit) => exit(visit);
}

/** Fail: ends its chain with an error name and a cause. */
export function compileFail(state: FailState, language: QueryLanguage): StateBody {
  const error = language.field(state, 'Error');
  const cause = language.field(state, 'Cause');
  return async (visit) => {
    throw new StatesError((await textOf(visit, error)) ?? '', await textOf(visit, cause));
  };
}

async function textOf(visit: StateVisit, template: Template | undefined): Promise<string | undefined> {
  return template === undefined ? undefined : evaluateAs(template, visit.scope(), 'string', isString);
}

function isString(value: Json): value is string {
  return typeof value === 'string';
}

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

interface CompiledRule {
  readonly condition: Template;
  readonly exit: Exit;
}

/**
 * Choice: the first rule whose `Condition` is true decides, with its own `Assign` and `Output`; those of the
 * state itself belong to `Default`.
 */
export function compileChoice(state: ChoiceState, language: QueryLanguage): StateBody {
  const rules = state.Choices.flatMap((rule, index): readonly CompiledRule[] => {
    const prefix = `Choices[${index}]/`;
    const condition = language.field(rule, 'Condition', prefix);
    return condition === undefined ? [] : [{ condition, exit: language.exit(rule, rule.Next, prefix) }];
  });
  const otherwise = language.exit(state, state.Default);
  return async (visit) => {
    const scope = visit.scope();
    for (const { condition, exit } of rules) {
      if (await evaluateAs(condition, scope, 'boolean', isBoolean)) return exit(visit);
    }
    if (state.Default === undefined) {
      throw runtimeError('Failed to transition out of the state. The state does not point to a next state.');
    }
    return otherwise(visit);
  };
}

function isBoolean(value: Json): value is boolean {
  return typeof value === 'boolean';
}
