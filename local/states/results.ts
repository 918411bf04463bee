import type { Results } from './definition.ts';
import type { Json, JsonDocument, JsonObject } from './json.ts';
import { exceedsPayloadQuota, isJsonObject, payloadOf } from './json.ts';
import type { QueryScope } from './jsonata.ts';
import type { StateExit, StateVisit } from './state-visit.ts';
import { StatesError } from './states-error.ts';
import type { Template } from './template.ts';
import { compileOptional, evaluateAs, evaluateTemplate } from './template.ts';

/** `Assign` and `Output` of a state, a choice rule or a catcher, and what follows it. */
export interface CompiledResults {
  readonly assign: Template | undefined;
  readonly output: Template | undefined;
  readonly next: string | undefined;
}

/** Compiles them; `prefix` is their owner's place in the state, as in `Catch[0]/`. */
export function compileResults(owner: Results, next: string | undefined, prefix = ''): CompiledResults {
  return {
    assign: compileOptional(owner.Assign, `${prefix}Assign`),
    output: compileOptional(owner.Output, `${prefix}Output`),
    next,
  };
}

/**
 * Leaves a state: evaluates `Assign` and `Output`, both with the variables as they were.
 * Throws `States.QueryEvaluationError` and `States.DataLimitExceeded`.
 */
export async function exitWith(
  visit: StateVisit,
  results: CompiledResults,
  scope: QueryScope,
  defaultOutput: JsonDocument,
): Promise<StateExit> {
  const { assign, output, next } = results;
  return {
    assigned: assign === undefined ? undefined : await evaluateAssign(visit, assign, scope),
    output:
      output === undefined ? defaultOutput : payloadOf(await evaluateTemplate(output, scope), visit.name),
    next,
  };
}

async function evaluateAssign(visit: StateVisit, assign: Template, scope: QueryScope): Promise<JsonObject> {
  const assigned = await evaluateAs(assign, scope, 'object', isObject);
  for (const [name, value] of Object.entries(assigned)) {
    if (exceedsPayloadQuota(JSON.stringify(value))) {
      throw new StatesError(
        'States.DataLimitExceeded',
        `The variable '${name}' assigned in the state '${visit.name}' exceeds the maximum size of 256 KiB.`,
      );
    }
  }
  return assigned;
}

function isObject(value: Json): value is JsonObject {
  return isJsonObject(value);
}
