import { AwsError } from '../aws.ts';
import type { StateMachineDefinition } from './definition.ts';
import type { MapRuns } from './distributed/map-runs.ts';
import { executionLogStream } from './execution-log.ts';
import type { Json } from './json.ts';
import { type Machine, timeoutSecondsOf } from './machine.ts';
import { compileStateMachine } from './state-machine.ts';
import type { StateMachineConfig } from './state-machine-config.ts';
import { validateStateMachine } from './validation/validate-state-machine.ts';

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
      `State machine '${config.name}' can't be run: ${diagnostic.message} (at ${diagnostic.location ?? '/'})`,
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
