import type { FailState } from './definition.ts';
import type { Json } from './json.ts';
import type { QueryLanguage } from './query-language.ts';
import type { StateBody, StateVisit } from './state-visit.ts';
import { StatesError } from './states-error.ts';
import { evaluateAs, type Template } from './template.ts';

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
