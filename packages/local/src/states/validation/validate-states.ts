import type { QueryLanguageName } from '../definition.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { Findings } from './diagnostics.ts';
import { checkQueryLanguage, languageOf, withoutFieldsOf } from './fields.ts';
import type { Surroundings } from './surroundings.ts';
import { isDistributedMap, validateDistributedMap } from './validate-distributed-map.ts';
import { validateState } from './validate-state.ts';
import { validateTransitions } from './validate-transitions.ts';
import { assignedIn, refuseOuterVariables } from './variable-scopes.ts';

const MAX_STATE_NAME_LENGTH = 80;

/** Checks `StartAt` and `States` of a machine, a branch or an item processor. */
export function validateStates(findings: Findings, container: JsonObject, surroundings: Surroundings): void {
  if (!findings.require(container, ['States', 'StartAt'])) return;
  const { StartAt, States } = container;
  if (!isJsonObject(States) || Object.keys(States).length === 0) {
    findings.at('States').add("'States' must be an object with at least one state");
    return;
  }
  if (typeof StartAt !== 'string') {
    findings.at('StartAt').add("'StartAt' must name a state");
    return;
  }
  const own = assignedIn(States);
  refuseOuterVariables(findings, own, surroundings.outerVariables);
  const outerVariables = new Set([...surroundings.outerVariables, ...own.keys()]);
  for (const [name, state] of Object.entries(States)) {
    validateNamed(findings, name, state, { ...surroundings, outerVariables });
  }
  validateTransitions(findings, StartAt, States);
}

/** Checks a state by its name. */
export function validateNamed(
  findings: Findings,
  name: string,
  state: Json,
  surroundings: Surroundings,
): void {
  const { names } = surroundings;
  const own = findings.about(name, `${findings.location}/States/${name}`);
  if (name.length === 0 || name.length > MAX_STATE_NAME_LENGTH) {
    own.add(`its name must have 1 to ${MAX_STATE_NAME_LENGTH} characters`, 'INVALID_STATE_NAME');
  }
  if (names.has(name)) own.add('another state has the same name', 'DUPLICATE_STATE_NAME');
  names.add(name);
  if (!isJsonObject(state)) {
    own.add('it must be an object');
    return;
  }
  const isDistributed = isDistributedMap(state);
  // What is executed on its own sees no variables of others.
  const within: Surroundings = isDistributed
    ? { ...surroundings, owner: 'CHILD', outerVariables: new Set() }
    : surroundings;
  const ownFindings = own.in(validatedLanguage(own, state, surroundings));
  const isDowngraded = ownFindings.language === 'JSONPath' && surroundings.queryLanguage === 'JSONata';
  const checked = isDowngraded ? withoutFieldsOf('JSONata', state) : state;
  validateState(ownFindings, checked, (inner, container) => validateStates(inner, container, within));
  if (isDistributed) validateDistributedMap(ownFindings, name, state, surroundings);
}

/**
 * The language of a state, which may be JSONata where its machine is not, and not the other way round. States inside it
 * have that of the machine.
 */
function validatedLanguage(
  findings: Findings,
  { QueryLanguage }: JsonObject,
  { queryLanguage }: Surroundings,
): QueryLanguageName {
  checkQueryLanguage(findings.at('QueryLanguage'), QueryLanguage);
  const language = languageOf(QueryLanguage, queryLanguage);
  if (language === 'JSONPath' && queryLanguage === 'JSONata') {
    findings.tell("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
  }
  return language;
}
