import { AwsError } from '../../aws.ts';
import { invalidDefinition } from '../api/definition-request.ts';
import type { QueryLanguageName, State } from '../definition.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { validateSingleState } from '../validation/validate-single-state.ts';
import { validateStateMachine } from '../validation/validate-state-machine.ts';

/** The name that AWS gives a state whose definition stands alone. */
const UNNAMED = 'StateName';

/** A state that TestState can run. */
export interface TestedState {
  /** Of its state machine, where it stands in one. */
  readonly queryLanguage: QueryLanguageName | undefined;
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
    const diagnostics = validateSingleState(UNNAMED, definition);
    if (diagnostics.length > 0) throw invalidDefinition(diagnostics);
    return { queryLanguage: undefined, name: UNNAMED, state: definition as unknown as State };
  }
  const diagnostics = validateStateMachine(definition);
  if (diagnostics.length > 0) throw invalidDefinition(diagnostics);
  const state = stateIn(definition, stateName);
  if (state === undefined) throw new AwsError('ValidationException', 'State not found in definition');
  const { QueryLanguage } = definition as { readonly QueryLanguage?: QueryLanguageName };
  return { queryLanguage: QueryLanguage, name: stateName, state: state as unknown as State };
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
  const { Branches, ItemProcessor, Iterator: iterator } = state;
  return [...(Array.isArray(Branches) ? (Branches as readonly Json[]) : []), ItemProcessor, iterator].filter(
    (container) => isJsonObject(container),
  );
}

function parse(text: string): JsonObject {
  let definition: Json;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw invalidDefinition([{ code: 'INVALID_JSON_DESCRIPTION', message }]);
  }
  if (isJsonObject(definition)) return definition;
  throw invalidDefinition([
    { code: 'SCHEMA_VALIDATION_FAILED', message: 'Definition must be a valid JSON object' },
  ]);
}
