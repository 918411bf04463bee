import { AwsError } from '../aws.ts';
import type { RuntimeLog } from '../contracts.ts';
import { createMachine } from './create-machine.ts';
import type { MapRuns } from './distributed/map-runs.ts';
import type { Executions } from './executions.ts';
import type { Machine } from './machine.ts';

/** An execution that was running when the runtime ended. */
export interface InterruptedExecution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  /** JSON text of the definition that it was started with. */
  readonly definition: string;
}

export interface ResumeOptions {
  readonly executions: Pick<Executions, 'resume'>;
  readonly machines: ReadonlyMap<string, Machine>;
  readonly mapRuns: MapRuns;
  readonly log: RuntimeLog;
}

/**
 * Has executions go on, each with the definition that it was started with: as on AWS, it is not changed by a
 * deployment. Those of machines that are gone, or that can't be run any longer, stay as they are.
 */
export function resumeExecutions(interrupted: readonly InterruptedExecution[], options: ResumeOptions): void {
  const { executions } = options;
  const versions = new Map<string, Machine | undefined>();
  for (const { executionArn, stateMachineArn, definition } of interrupted) {
    const key = `${stateMachineArn}\n${definition}`;
    if (!versions.has(key)) versions.set(key, findVersion(stateMachineArn, definition, options));
    const version = versions.get(key);
    if (version !== undefined) executions.resume(version, executionArn);
  }
}

function findVersion(arn: string, definition: string, options: ResumeOptions): Machine | undefined {
  const { machines, mapRuns, log } = options;
  const machine = machines.get(arn);
  if (machine === undefined) {
    log.warn(`executions of ${arn} stay RUNNING until the template has it again`);
    return undefined;
  }
  try {
    return versionOf(machine, definition, mapRuns);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    log.error(`executions of ${arn} stay RUNNING, as an earlier definition is refused: ${error.message}`);
    return undefined;
  }
}

function versionOf(machine: Machine, definition: string, mapRuns: MapRuns): Machine {
  if (definition === machine.definitionText) return machine;
  const { creationDateMs, logStreamName, ...config } = machine;
  const version = createMachine({ ...config, definition: JSON.parse(definition) }, creationDateMs, mapRuns);
  return { ...version, logStreamName };
}
