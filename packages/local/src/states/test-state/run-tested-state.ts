import { randomUUID } from 'node:crypto';
import type { Chain, ExecutionRun, StatesRuntime } from '../chain.ts';
import type { MapRuns } from '../distributed/map-runs.ts';
import { History } from '../history.ts';
import { interruptible } from '../interruption.ts';
import type { JsonDocument, JsonObject } from '../json.ts';
import { runState } from '../run-chain.ts';
import { compileStateMachine } from '../state-machine.ts';
import type { DeployedMachine } from '../state-machine-config.ts';
import type { StateExit } from '../state-visit.ts';
import { startVariables } from '../variables.ts';
import type { StateInspection } from './state-inspection.ts';
import type { TestedState } from './tested-state.ts';

/** How long a test may take. Source: API reference, TestState. */
const MAX_TEST_SECONDS = 300;

export interface StateTest {
  readonly runtime: StatesRuntime;
  readonly mapRuns: MapRuns;
  readonly tested: TestedState;
  readonly input: JsonDocument;
  readonly variables: JsonObject;
  readonly roleArn: string;
  readonly inspection: StateInspection;
}

/** What a state that was tested came to, and the variables that there are then. */
export interface TestedExit extends StateExit {
  readonly variables: JsonObject;
}

/** Runs a state once. Throws `StatesError`, and `Retriable` where a retrier would run it again. */
export async function runTestedState(test: StateTest): Promise<TestedExit> {
  const { mapRuns, tested, variables, input } = test;
  const { name, state, queryLanguage } = tested;
  const { programs } = compileStateMachine(
    {
      ...(queryLanguage === undefined ? {} : { QueryLanguage: queryLanguage }),
      StartAt: name,
      States: { [name]: state },
    },
    mapRuns,
  );
  const program = programs.get(name);
  if (program === undefined) throw new TypeError(`The state '${name}' was not compiled.`);
  const controller = new AbortController();
  const chain = chainOf(testRun(test), controller.signal, variables);
  try {
    const exit = await interruptible(chain, runState(program, chain, input, undefined), MAX_TEST_SECONDS);
    return { ...exit, variables: chain.variables };
  } finally {
    // What is left of a state that took too long.
    controller.abort();
  }
}

function testRun({ runtime, roleArn, input, inspection }: StateTest): ExecutionRun {
  const [machineName, name] = [randomUUID(), randomUUID()];
  const prefix = `arn:aws:states:${runtime.region}:${runtime.accountId}`;
  const machine: DeployedMachine = {
    name: machineName,
    arn: `${prefix}:stateMachine:${machineName}`,
    type: 'EXPRESS',
    definition: {},
    definitionText: '{}',
    roleArn,
    creationDateMs: runtime.clock.now(),
    logStreamName: '',
    timeoutSeconds: MAX_TEST_SECONDS,
  };
  const executionArn = `${prefix}:express:${machineName}:${name}`;
  const Execution = {
    Id: executionArn,
    Input: input.value,
    StartTime: new Date(runtime.clock.now()).toISOString(),
    Name: name,
    RoleArn: roleArn,
  };
  return {
    runtime,
    machine,
    executionArn,
    history: new History({ now: () => runtime.clock.now() }),
    context: { Execution, StateMachine: { Id: machine.arn, Name: machineName } },
    beforeEnd: new Set(),
    transitions: 0,
    isRedriven: false,
    abandoned: false,
    variableBytes: 0,
    inspector: inspection,
  };
}

function chainOf(run: ExecutionRun, signal: AbortSignal, variables: JsonObject): Chain {
  return {
    run,
    signal,
    mapItem: undefined,
    place: '',
    variables,
    ownVariables: startVariables(run, variables),
    previousEventId: 0,
    visits: 0,
  };
}
