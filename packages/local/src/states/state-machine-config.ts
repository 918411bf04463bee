import type { LoggingConfiguration } from './execution-log.ts';

/** A state machine as the template defines it. */
export interface StateMachineConfig {
  readonly name: string;
  /** `arn:aws:states:{region}:{accountId}:stateMachine:{name}`. */
  readonly arn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** The Amazon States Language as JSON, all substitutions made. */
  readonly definition: object;
  /** The text that `definition` was read from, where it was one. */
  readonly definitionText?: string;
  readonly roleArn: string;
  /** When absent, the moment the service is made. */
  readonly creationDate?: Date;
  /** What of an execution's events is logged, and where. */
  readonly loggingConfiguration?: LoggingConfiguration;
  /** In the API's shape (`enabled`); told, not acted on. */
  readonly tracingConfiguration?: object;
}

/** A state machine as it is known while it is there. */
export interface DeployedMachine extends StateMachineConfig {
  readonly creationDateMs: number;
  /** Where its executions are logged. */
  readonly logStreamName: string;
  /** The definition as `DescribeStateMachine` gives it. */
  readonly definitionText: string;
  /** The limit of an execution in seconds: never more than a year, nor, of an Express one, than five minutes. */
  readonly timeoutSeconds: number;
}
