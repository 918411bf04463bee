import { randomBytes } from 'node:crypto';
import type { LogWriter } from '../contracts.ts';
import {
  type EventDetails,
  type HistoryEvent,
  type HistoryEventType,
  withoutExecutionData,
} from './history.ts';

/** A state machine's `LoggingConfiguration`, in the API's shape. */
export interface LoggingConfiguration {
  readonly level?: LogLevel;
  readonly includeExecutionData?: boolean;
  readonly destinations?: readonly {
    readonly cloudWatchLogsLogGroup?: { readonly logGroupArn?: string };
  }[];
}

type LogLevel = 'ALL' | 'ERROR' | 'FATAL' | 'OFF';

/** Logs the events of one execution. */
export type ExecutionLog = (event: HistoryEvent) => void;

/**
 * Whether events of a type are logged at a level.
 * https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-log-level
 */
function isLogged(level: LogLevel, type: HistoryEventType): boolean {
  switch (level) {
    case 'ALL':
      return true;
    case 'ERROR':
      return type === 'FailStateEntered' || /(?:Failed|Aborted|TimedOut)$/.test(type);
    case 'FATAL':
      return /^Execution(?:Failed|Aborted|TimedOut)$/.test(type);
    case 'OFF':
      return false;
  }
}

/** The log stream of a state machine, where a runtime writes one: the machine, the minute and an id. */
export function executionLogStream(machineName: string, nowMs: number): string {
  const minute = new Date(nowMs).toISOString().slice(0, 16).replaceAll(/[T:]/g, '-');
  return `states/${machineName}/${minute}/${randomBytes(4).toString('hex')}`;
}

/** What is logged of: an execution, and the machine that it is one of. */
export interface LoggedExecution {
  readonly executionArn: string;
  readonly redriveCount: number;
  readonly logStreamName: string;
  /** Nothing is logged when absent. */
  readonly loggingConfiguration: LoggingConfiguration | undefined;
}

/** What logs an execution as its state machine is configured to; undefined where nothing is logged. */
export function executionLog(execution: LoggedExecution, logs: LogWriter): ExecutionLog | undefined {
  const { executionArn, redriveCount, logStreamName, loggingConfiguration = {} } = execution;
  const { level = 'OFF', includeExecutionData = false, destinations = [] } = loggingConfiguration;
  const logGroupName = logGroupOf(destinations[0]?.cloudWatchLogsLogGroup?.logGroupArn);
  if (level === 'OFF' || logGroupName === undefined) return undefined;
  return ({ id, type, timestampMs, previousEventId, details = {} }) => {
    if (!isLogged(level, type)) return;
    const record = {
      id: String(id),
      type,
      details: includeExecutionData ? details : withoutData(details),
      previous_event_id: String(previousEventId),
      event_timestamp: String(timestampMs),
      execution_arn: executionArn,
      redrive_count: String(redriveCount),
    };
    logs.write(logGroupName, logStreamName, JSON.stringify(record), timestampMs);
  };
}

/** The data that is passed between states is in the parameters of a task too. */
function withoutData({ parameters: _, ...details }: EventDetails): EventDetails {
  return withoutExecutionData(details);
}

/** `arn:aws:logs:{region}:{account}:log-group:{name}:*` */
function logGroupOf(arn: string | undefined): string | undefined {
  return arn?.split(':')[6];
}

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
