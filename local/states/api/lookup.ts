import { AwsError } from '../../aws.ts';
import type { ExecutionRecord } from '../execution-store.ts';
import type { Executions } from '../executions.ts';
import type { Machine } from '../machine.ts';

const ARN = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:([A-Za-z]+):(.+)$/;

/** Finds a machine by its ARN. Throws `InvalidArn` and `StateMachineDoesNotExist`. */
export function findMachine(machines: ReadonlyMap<string, Machine>, arn: string): Machine {
  requireResourceType(arn, 'stateMachine');
  const machine = machines.get(arn);
  if (machine === undefined) {
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }
  return machine;
}

/** Finds an execution by its ARN. Throws `InvalidArn`, also for Express ones, and `ExecutionDoesNotExist`. */
export function findExecution(executions: Executions, arn: string): ExecutionRecord {
  requireResourceType(arn, 'execution');
  const execution = executions.find(arn);
  if (execution === undefined) {
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }
  return execution;
}

function requireResourceType(arn: string, expected: string): void {
  const type = ARN.exec(arn)?.[1];
  if (type === undefined) throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN: ${arn}'`);
  if (type !== expected) {
    throw new AwsError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${type}'`);
  }
}
