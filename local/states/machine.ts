import { AwsError } from '../aws.ts';
import type { ExecutionType, StateMachineDefinition } from './definition.ts';
import { executionLogStream, type LoggingConfiguration } from './execution-log.ts';
import type { Json } from './json.ts';
import type { CompiledStates } from './run-chain.ts';
import { compileStateMachine } from './state-machine.ts';
import { validateStateMachine } from './validation/validate-state-machine.ts';

/** A state machine as the template defines it. */
export interface StateMachineConfig {
  readonly name: string;
  /** `arn:aws:states:{region}:{accountId}:stateMachine:{name}`. */
  readonly arn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** The Amazon States Language as JSON, all substitutions made. */
  readonly definition: object;
  readonly roleArn: string;
  /** When absent, the moment the service is made. */
  readonly creationDate?: Date;
  /** What of an execution's events is logged, and where. */
  readonly loggingConfiguration?: LoggingConfiguration;
  /** In the API's shape (`enabled`); told, not acted on. */
  readonly tracingConfiguration?: object;
}

/** A state machine that is ready to run. */
export interface Machine extends StateMachineConfig {
  readonly creationDateMs: number;
  /** Where its executions are logged. */
  readonly logStreamName: string;
  /** The definition as `DescribeStateMachine` gives it. */
  readonly definitionText: string;
  readonly states: CompiledStates;
  /** The limit of an execution in seconds; an Express one never has more than five minutes. */
  readonly timeoutSeconds: number | undefined;
}

const MAX_EXPRESS_SECONDS = 300;

/**
 * Makes a machine of its definition.
 * Throws `InvalidDefinition` with one sentence that names the machine, the state and the reason, for what is
 * not valid and for what this runtime can't run.
 */
export function createMachine(config: StateMachineConfig, nowMs: number): Machine {
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
    definitionText: JSON.stringify(definition),
    states: compileStateMachine(definition),
    timeoutSeconds: timeoutSecondsOf(config.type, definition.TimeoutSeconds),
  };
}

/** The limit of an execution of a type in seconds, where its definition gives `timeoutSeconds`. */
export function timeoutSecondsOf(
  type: ExecutionType,
  timeoutSeconds: number | undefined,
): number | undefined {
  if (type === 'STANDARD') return timeoutSeconds;
  return Math.min(timeoutSeconds ?? MAX_EXPRESS_SECONDS, MAX_EXPRESS_SECONDS);
}
