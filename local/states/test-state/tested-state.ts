import { AwsError } from '../../aws.ts';
import { isTooDeepJson } from '../../json-depth.ts';
import type { State } from '../definition.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { Diagnostic } from '../validation/diagnostics.ts';
import { validateSingleState } from '../validation/validate-single-state.ts';
import { validateStateMachine } from '../validation/validate-state-machine.ts';

/** The name that AWS gives a state whose definition stands alone. */
const UNNAMED = 'StateName';

/** A state that TestState can run. */
export interface TestedState {
  readonly name: string;
  readonly state: State;
}

/**
 * Finds the state to test: the one of that name in a state machine, at any depth, or the definition itself.
 * Throws `InvalidDefinition`, and `ValidationException` for a name that is not there.
 */
export function testedState(definitionText: string, stateName: string | undefined): TestedState {
  const definition = parse(definitionText);
  if (stateName === undefined) {
    const [diagnostic] = validateSingleState(UNNAMED, definition);
    if (diagnostic !== undefined) throw invalidDefinition(diagnostic);
    return { name: UNNAMED, state: definition as unknown as State };
  }
  const [diagnostic] = validateStateMachine(definition);
  if (diagnostic !== undefined) throw invalidDefinition(diagnostic);
  const state = stateIn(definition, stateName);
  if (state === undefined) throw new AwsError('ValidationException', 'State not found in definition');
  return { name: stateName, state: state as unknown as State };
}

function stateIn(container: JsonObject, name: string): JsonObject | undefined {
  const states = isJsonObject(container['States']) ? container['States'] : {};
  const own = Object.hasOwn(states, name) ? states[name] : undefined;
  if (isJsonObject(own)) return own;
  for (const inner of Object.values(states).flatMap(containersIn)) {
    const found = stateIn(inner, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function containersIn(state: Json): readonly JsonObject[] {
  if (!isJsonObject(state)) return [];
  const { Branches, ItemProcessor } = state;
  return [...(Array.isArray(Branches) ? (Branches as readonly Json[]) : []), ItemProcessor].filter(
    (container) => isJsonObject(container),
  );
}

function parse(text: string): JsonObject {
  if (isTooDeepJson(text)) throw invalid('INVALID_JSON_DESCRIPTION: it is nested too deeply.');
  let definition: Json;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    throw invalid(`INVALID_JSON_DESCRIPTION: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (isJsonObject(definition)) return definition;
  throw invalid('SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object');
}

function invalidDefinition({ code, message, location }: Diagnostic): AwsError {
  return invalid(`${code}: ${message} at ${location}`);
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${reason}'`);
}
