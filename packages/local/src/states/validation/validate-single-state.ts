import { DEFAULT_QUERY_LANGUAGE } from '../definition.ts';
import type { JsonObject } from '../json.ts';
import { type Diagnostic, Findings } from './diagnostics.ts';
import type { Surroundings } from './surroundings.ts';
import { validateNamed } from './validate-states.ts';

/** Checks a state that stands alone; the states that it leads to are not known. Returns what is wrong. */
export function validateSingleState(name: string, state: JsonObject): readonly Diagnostic[] {
  const findings = new Findings([], '', 'The state', DEFAULT_QUERY_LANGUAGE);
  const surroundings: Surroundings = {
    names: new Set(),
    labels: new Set(),
    outerVariables: new Set(),
    queryLanguage: DEFAULT_QUERY_LANGUAGE,
    owner: 'STANDARD',
  };
  validateNamed(findings, name, state, surroundings);
  return findings.list;
}
