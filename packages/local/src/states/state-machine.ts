import { compileChoice } from './choice.ts';
import {
  DEFAULT_QUERY_LANGUAGE,
  processorOf,
  type State,
  type StateMachineDefinition,
  type StatesContainer,
} from './definition.ts';
import type { MapRuns } from './distributed/map-runs.ts';
import { compileDistributedMap, isDistributed } from './distributed-map.ts';
import { compileFail } from './fail.ts';
import { jsonataLanguage } from './jsonata-language.ts';
import { jsonPathLanguage } from './jsonpath/jsonpath-language.ts';
import { compileMap } from './map.ts';
import { compileParallel } from './parallel.ts';
import { compilePass } from './pass.ts';
import type { QueryLanguage } from './query-language.ts';
import type { CompiledStates } from './run-chain.ts';
import type { StateBody } from './state-visit.ts';
import { compileSucceed } from './succeed.ts';
import { compileTask } from './task.ts';
import { compileWait } from './wait.ts';

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
