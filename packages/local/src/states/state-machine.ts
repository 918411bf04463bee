import { AwsError } from '../aws.ts';
import { compileMap, compileParallel } from './containers.ts';
import {
  DEFAULT_QUERY_LANGUAGE,
  processorOf,
  type State,
  type StateMachineDefinition,
  type StatesContainer,
} from './definition.ts';
import type { MapRuns } from './distributed/map-runs.ts';
import { compileDistributedMap, isDistributed } from './distributed-map.ts';
import { executionLogStream, type StateMachineConfig } from './execution-log.ts';
import { jsonataLanguage } from './jsonata/language.ts';
import { jsonPathLanguage } from './jsonpath/language.ts';
import { type Machine, timeoutSecondsOf } from './machine.ts';
import type { QueryLanguage } from './query-language.ts';
import type { CompiledStates } from './run-chain.ts';
import { compileChoice, compileFail, compilePass, compileSucceed, compileWait } from './simple-states.ts';
import type { StateBody } from './state-visit.ts';
import { compileTask } from './task.ts';
import { validateStateMachine } from './validation/state-machine.ts';
import type { Json } from './values.ts';

/** Compiles a definition that `validateStateMachine` finds nothing wrong with; its Distributed Maps start `mapRuns`. */
export function compileStateMachine(definition: StateMachineDefinition, mapRuns: MapRuns): CompiledStates {
  const compileStates = ({ StartAt, States }: StatesContainer): CompiledStates => {
    const programs = Object.entries(States).map(
      ([name, state]) => [name, { name, type: state.Type, body: compileState(name, state) }] as const,
    );
    return { startAt: StartAt, programs: new Map(programs) };
  };

  const { QueryLanguage: queryLanguage = DEFAULT_QUERY_LANGUAGE } = definition;

  const compileState = (name: string, state: State): StateBody => {
    const { QueryLanguage: ownLanguage = queryLanguage } = state;
    const language = ownLanguage === 'JSONata' ? jsonataLanguage : jsonPathLanguage(state);
    return compileBody(name, state, language);
  };

  const compileBody = (name: string, state: State, language: QueryLanguage): StateBody => {
    switch (state.Type) {
      case 'Task':
        return compileTask(state, language);
      case 'Pass':
        return compilePass(state, language);
      case 'Choice':
        return compileChoice(state, language);
      case 'Wait':
        return compileWait(state, language);
      case 'Succeed':
        return compileSucceed(state, language);
      case 'Fail':
        return compileFail(state, language);
      case 'Parallel':
        return compileParallel(state, language, compileStates);
      case 'Map':
        return isDistributed(processorOf(state))
          ? compileDistributedMap(name, state, language, { mapRuns, compileStates, queryLanguage })
          : compileMap(state, language, compileStates);
    }
  };

  return compileStates(definition);
}

/**
 * Makes a machine of its definition; its Distributed Maps start `mapRuns`.
 * Throws `InvalidDefinition` with one sentence that names the machine, the state and the reason, for what is
 * not valid and for what this runtime can't run.
 */
export function createMachine(config: StateMachineConfig, nowMs: number, mapRuns: MapRuns): Machine {
  const [diagnostic] = validateStateMachine(config.definition, config.type);
  if (diagnostic !== undefined) {
    throw new AwsError(
      'InvalidDefinition',
      `State machine '${config.name}' can't be run: ${diagnostic.message} (at ${diagnostic.location})`,
    );
  }
  const definition = config.definition as StateMachineDefinition & Json;
  return {
    ...config,
    creationDateMs: config.creationDate?.getTime() ?? nowMs,
    logStreamName: executionLogStream(config.name, nowMs),
    definitionText: config.definitionText ?? JSON.stringify(definition),
    states: compileStateMachine(definition, mapRuns),
    timeoutSeconds: timeoutSecondsOf(config.type, definition.TimeoutSeconds),
  };
}
