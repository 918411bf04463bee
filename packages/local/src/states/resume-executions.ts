import { AwsError } from '../aws.ts';
import type { RuntimeLog } from '../contracts.ts';
import type { Executions } from './executions.ts';
import type { Machine } from './machine.ts';
import type { MachineVersions } from './machine-versions.ts';

/** An execution that was running when the runtime ended. */
export interface InterruptedExecution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  /** JSON text of the definition that it was started with. */
  readonly definition: string;
}

export interface ResumeOptions {
  readonly executions: Pick<Executions, 'resume'>;
  machine(arn: string): Machine | undefined;
  readonly versions: MachineVersions;
  readonly log: RuntimeLog;
}

/**
 * Has executions go on, each with the definition that it was started with. Those of machines that are gone, or that can't be run any longer, stay as they are.
 */
export function resumeExecutions(interrupted: readonly InterruptedExecution[], options: ResumeOptions): void {
  const { executions } = options;
  const found = new Map<string, Machine | undefined>();
  for (const { executionArn, stateMachineArn, definition } of interrupted) {
    const key = `${stateMachineArn}\n${definition}`;
    if (!found.has(key)) found.set(key, findVersion(stateMachineArn, definition, options));
    const version = found.get(key);
    if (version !== undefined) executions.resume(version, executionArn);
  }
}

function findVersion(
  arn: string,
  definition: string,
  { machine: find, versions, log }: ResumeOptions,
): Machine | undefined {
  const machine = find(arn);
  if (machine === undefined) {
    log.warn(`executions of ${arn} stay RUNNING until the template has it again`);
    return undefined;
  }
  try {
    return versions.of(machine, definition);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    log.error(`executions of ${arn} stay RUNNING, as an earlier definition is refused: ${error.message}`);
    return undefined;
  }
}
