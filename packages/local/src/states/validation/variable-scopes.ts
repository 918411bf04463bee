import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { withoutSuffix } from '../jsonpath/payload-template.ts';
import type { Findings } from './diagnostics.ts';

/** The variables that the states of a container assign, but for those inside a Parallel or a Map, each with one place. */
export function assignedIn(states: JsonObject): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const [stateName, state] of Object.entries(states)) {
    for (const [place, owner] of assigners(state)) {
      const { Assign } = owner;
      if (!isJsonObject(Assign)) continue;
      for (const key of Object.keys(Assign)) {
        places.set(withoutSuffix(key), `States/${stateName}${place}/Assign/${key}`);
      }
    }
  }
  return places;
}

/**
 * Refuses variables of the states around: inner scopes read them, and assign others.
 * https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variable-scope
 */
export function refuseOuterVariables(
  findings: Findings,
  assigned: ReadonlyMap<string, string>,
  outerVariables: ReadonlySet<string>,
): void {
  for (const [name, place] of assigned) {
    if (!outerVariables.has(name)) continue;
    findings.at(place).add(`the variable '${name}' belongs to the states around; give this one another name`);
  }
}

/** A state, its choice rules and its catchers, by their place in it. */
function assigners(state: Json): readonly (readonly [string, JsonObject])[] {
  if (!isJsonObject(state)) return [];
  const listed = (['Choices', 'Catch'] as const).flatMap((field) => {
    const list = state[field];
    if (!Array.isArray(list)) return [];
    return (list as readonly Json[]).flatMap((owner, index) =>
      isJsonObject(owner) ? [[`/${field}[${index}]`, owner] as const] : [],
    );
  });
  return [['', state], ...listed];
}
