import type { LoggingConfiguration } from './execution-log.ts';

/** What a state machine runs. */
export interface MachineRevision {
  /** JSON text, as it was given. */
  readonly definition: string;
  readonly roleArn: string;
  readonly loggingConfiguration?: LoggingConfiguration | undefined;
  readonly tracingConfiguration?: object | undefined;
  /** Absent until the machine is changed for the first time. */
  readonly revisionId?: string | undefined;
}

/** A state machine as it is kept: plain data. */
export interface MachineRecord extends MachineRevision {
  readonly arn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** Its place among the others: they are listed in the order in which they were made. */
  readonly sequence: number;
  readonly creationDateMs: number;
  readonly updateDateMs: number;
  readonly status: 'ACTIVE' | 'DELETING';
  /** Whether a stack has it: it is there when the stack is. */
  readonly isOfStack: boolean;
  /** What the stack has put last: what calls have changed since stays until the stack puts something else. */
  readonly stackRevision?: string | undefined;
}
