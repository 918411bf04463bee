import type { Stack } from '../stack.ts';
import { describeExecution, type ExecutionDescription } from './describe.ts';
import { findExecution } from './find.ts';
import type { ExecutionReader } from './ports.ts';

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
