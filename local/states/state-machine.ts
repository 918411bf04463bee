import { compileChoice } from './choice.ts';
import type { State, StateMachineDefinition, StatesContainer } from './definition.ts';
import type { MapRuns } from './distributed/map-runs.ts';
import { compileDistributedMap, isDistributed } from './distributed-map.ts';
import { compileFail } from './fail.ts';
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
    switch (state.Type) {
      case 'Task':
        return compileTask(state);
      case 'Pass':
        return compilePass(state);
      case 'Choice':
        return compileChoice(state);
      case 'Wait':
        return compileWait(state);
      case 'Succeed':
        return compileSucceed(state);
      case 'Fail':
        return compileFail(state);
      case 'Parallel':
        return compileParallel(state, compileStates);
      case 'Map':
        return isDistributed(state.ItemProcessor)
          ? compileDistributedMap(name, state, mapRuns, compileStates)
          : compileMap(state, compileStates);
    }
  };

  return compileStates(definition);
}
