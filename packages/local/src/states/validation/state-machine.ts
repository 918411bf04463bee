import { DEFAULT_QUERY_LANGUAGE, type ExecutionType, type QueryLanguageName } from '../definition.ts';
import { expressRefusal } from '../integrations/run-task.ts';
import { isJsonObject, type Json, type JsonObject } from '../values.ts';
import { assignedIn, refuseOuterVariables } from './expressions.ts';
import {
  checkInteger,
  checkQueryLanguage,
  checkString,
  languageOf,
  refuseUnknownFields,
  withoutFieldsOf,
} from './fields.ts';
import { type Diagnostic, Findings, type Surroundings } from './findings.ts';
import { isDistributedMap, validateDistributedMap } from './map.ts';
import { validateState } from './state.ts';

/** Checks that the tasks of Express workflows wait for nothing: of those that `isExpress` says the states are run by. */
export function validateExpressResources(findings: Findings, container: Json, isExpress: boolean): void {
  if (!isJsonObject(container) || !isJsonObject(container['States'])) return;
  for (const [name, state] of Object.entries(container['States'])) {
    validateExpressState(findings.about(name, `${findings.location}/States/${name}`), state, isExpress);
  }
}

function validateExpressState(findings: Findings, state: Json, isExpress: boolean): void {
  if (!isJsonObject(state)) return;
  const { Resource, Branches, ItemProcessor, Iterator: iterator } = state;
  if (isExpress && typeof Resource === 'string') {
    const refusal = expressRefusal(Resource);
    if (refusal !== undefined) findings.at('Resource').add(refusal);
  }
  if (Array.isArray(Branches)) {
    for (const [index, branch] of Branches.entries()) {
      validateExpressResources(findings.at('Branches').item(index), branch, isExpress);
    }
  }
  if (iterator !== undefined) validateExpressResources(findings.at('Iterator'), iterator, isExpress);
  if (ItemProcessor === undefined) return;
  validateExpressResources(
    findings.at('ItemProcessor'),
    ItemProcessor,
    isExpressProcessor(ItemProcessor, isExpress),
  );
}

/** The children of a Distributed Map have a type of their own. */
function isExpressProcessor(processor: Json, isExpress: boolean): boolean {
  const config = isJsonObject(processor) ? processor['ProcessorConfig'] : undefined;
  if (!isJsonObject(config) || config['Mode'] !== 'DISTRIBUTED') return isExpress;
  return config['ExecutionType'] === 'EXPRESS';
}

/** Checks that every transition leads to a state, every state is reached, and the chain can end. */
export function validateTransitions(findings: Findings, startAt: string, states: JsonObject): void {
  if (!Object.hasOwn(states, startAt)) {
    findings.at('StartAt').add(`'StartAt' names '${startAt}', which is not among its states`);
    return;
  }
  const reached = new Set<string>([startAt]);
  for (const name of reached) {
    for (const target of targetsOf(states[name])) {
      if (Object.hasOwn(states, target)) reached.add(target);
      else {
        findings
          .about(name, `${findings.location}/States/${name}`)
          .add(`it leads to '${target}', which is not among its states`);
      }
    }
  }
  for (const name of Object.keys(states)) {
    if (!reached.has(name)) {
      findings.about(name, `${findings.location}/States/${name}`).add('no state leads to it');
    }
  }
  if (![...reached].some((name) => isTerminal(states[name]))) {
    findings.at('States').add('no state that can be reached ends it');
  }
}

function targetsOf(state: Json | undefined): string[] {
  if (!isJsonObject(state)) return [];
  const { Next, Default, Choices, Catch } = state;
  const rules = [...(Array.isArray(Choices) ? Choices : []), ...(Array.isArray(Catch) ? Catch : [])];
  const targets = [Next, Default, ...rules.map((rule) => (isJsonObject(rule) ? rule['Next'] : undefined))];
  return targets.filter((target) => typeof target === 'string');
}

function isTerminal(state: Json | undefined): boolean {
  if (!isJsonObject(state)) return false;
  return state['End'] === true || state['Type'] === 'Succeed' || state['Type'] === 'Fail';
}

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
    own.add(`its name must have 1 to ${MAX_STATE_NAME_LENGTH} characters`);
  }
  if (names.has(name)) own.add('another state has the same name');
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

const MACHINE_FIELDS = ['Comment', 'StartAt', 'States', 'Version', 'QueryLanguage', 'TimeoutSeconds'];

/**
 * Checks a definition of a machine of a type, already parsed, against the Amazon States Language and against what this
 * runtime runs: the integrations with services of the endpoint. Returns what is wrong, the first thing first; empty
 * when all is well.
 */
export function validateStateMachine(
  definition: unknown,
  type: ExecutionType = 'STANDARD',
): readonly Diagnostic[] {
  const findings = new Findings([], '', 'The state machine', DEFAULT_QUERY_LANGUAGE);
  if (!isJsonObject(definition)) {
    return [{ location: '/', message: 'Definition must be a valid JSON object' }];
  }
  refuseUnknownFields(findings, definition, MACHINE_FIELDS);
  const { QueryLanguage, TimeoutSeconds, Comment, Version } = definition;
  checkQueryLanguage(findings.at('QueryLanguage'), QueryLanguage);
  const queryLanguage = languageOf(QueryLanguage, DEFAULT_QUERY_LANGUAGE);
  if (TimeoutSeconds !== undefined) {
    checkInteger(findings.at('TimeoutSeconds'), TimeoutSeconds, { min: 1, max: 99_999_999 });
  }
  checkString(findings.at('Comment'), Comment);
  checkString(findings.at('Version'), Version);
  validateExpressResources(findings, definition, type === 'EXPRESS');
  const outerVariables: ReadonlySet<string> = new Set();
  const within = { outerVariables, queryLanguage, owner: type } as const;
  validateStates(findings, definition, { names: new Set(), labels: new Set(), ...within });
  return findings.list;
}
