import { AwsError } from '../../aws.ts';
import type { ChildExecutions } from '../distributed/child-executions.ts';
import type { MapRunRecord } from '../distributed/map-run-record.ts';
import type { MapRuns } from '../distributed/map-runs.ts';
import type { ExecutionRecord } from '../execution-store.ts';
import type { Executions } from '../executions.ts';
import type { Machine } from '../machine.ts';
import type { MachineRecord } from '../machine-record.ts';
import type { MachineRegistry } from '../machine-registry.ts';

const ARN = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:([A-Za-z]+):(.+)$/;

/**
 * Finds an execution by its ARN, also one that a map run has started; AWS knows Express ones in no other case.
 * Throws `InvalidArn` and `ExecutionDoesNotExist`.
 */
export function findExecution(
  executions: Executions,
  children: ChildExecutions,
  arn: string,
): ExecutionRecord {
  const child = children.find(arn);
  if (child !== undefined) return child;
  // An Express child that is not known any more is named after its machine and its map run.
  requireResourceType(arn, /:express:[^:]+\//.test(arn) ? ['execution', 'express'] : ['execution']);
  const execution = executions.find(arn);
  if (execution === undefined) {
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }
  return execution;
}

/** As {@link findExecution}, for what AWS does with Standard executions alone. */
export function findStandardExecution(
  executions: Executions,
  children: ChildExecutions,
  arn: string,
): ExecutionRecord {
  requireResourceType(arn, ['execution']);
  return findExecution(executions, children, arn);
}

/** Finds a map run by its ARN. Throws `InvalidArn` and `ResourceNotFound`. */
export function findMapRun(mapRuns: MapRuns, arn: string): MapRunRecord {
  requireResourceType(arn, ['mapRun']);
  const mapRun = mapRuns.find(arn);
  if (mapRun === undefined) throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
  return mapRun;
}

/** Finds a state machine by its ARN. Throws `StateMachineDoesNotExist`. */
export function findMachine(
  registry: MachineRegistry,
  arn: string,
): { machine: Machine; record: MachineRecord } {
  const machine = registry.get(arn);
  const record = registry.record(arn);
  if (machine === undefined || record === undefined) {
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }
  return { machine, record };
}

/** Throws `InvalidArn` for what is not the ARN of one of the types that are expected. */
export function requireResourceType(arn: string, expected: readonly string[]): void {
  const type = ARN.exec(arn)?.[1];
  if (type === undefined) throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN: ${arn}'`);
  if (!expected.includes(type)) {
    throw new AwsError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${type}'`);
  }
}
