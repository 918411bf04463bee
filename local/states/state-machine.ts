import { compileChoice } from './choice.ts';
import type { State, StateMachineDefinition, StatesContainer } from './definition.ts';
import type { MapRuns } from './distributed/map-runs.ts';
import { compileDistributedMap, isDistributed } from './distributed-map.ts';
import { compileFail } from './fail.ts';
import { jsonataLanguage } from './jsonata-language.ts';
import { compileMap } from './map.ts';
import { compileParallel } from './parallel.ts';
import { compilePass } from './pass.ts';
import type { CompiledStates } from './run-chain.ts';
import type { StateBody } from './state-visit.ts';
import { compileSucceed } from './succeed.ts';
import { compileTask } from './task.ts';
import { compileWait } from './wait.ts';

/** Compiles a definition that `validateStateMachine` finds nothing wrong with; its Distributed Maps start `mapRuns`. */
export function compileStateMachine(definition: StateMachineDefinition, mapRuns: MapRuns): CompiledStates {
  const compileStates = ({ StartAt, States }: StatesContainer): CompiledStates => {
    const programs = Object.entries(States).map(
      ([name, state]) => [name, { name, type: state.Type, body: compileBody(name, state) }] as const,
    );
    return { startAt: StartAt, programs: new Map(programs) };
  };

  const compileBody = (name: string, state: State): StateBody => {
    const language = jsonataLanguage;
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
        return isDistributed(state.ItemProcessor)
          ? compileDistributedMap(name, state, language, { mapRuns, compileStates })
          : compileMap(state, language, compileStates);
    }
  };

  return compileStates(definition);
}
