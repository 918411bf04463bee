import {
  describeExecution,
  type ExecutionDescription,
} from '@device-lifecycle/operator/executions/describe.ts';
import { findExecution } from '@device-lifecycle/operator/executions/find.ts';
import type { ExecutionReader } from '@device-lifecycle/operator/executions/ports.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';

/** All of an execution, by its ARN or its name. @throws CliError when there is none */
export async function readExecution(
  reader: Omit<ExecutionReader, 'list'>,
  stack: Stack,
  nameOrArn: string,
): Promise<ExecutionDescription> {
  const execution = await findExecution(reader, stack, nameOrArn);
  const history = await reader.history(execution.executionArn);
  const mapRuns = await Promise.all(history.mapRunArns.map((mapRunArn) => reader.mapRun(mapRunArn)));
  return describeExecution(execution, history, mapRuns, stack);
}
