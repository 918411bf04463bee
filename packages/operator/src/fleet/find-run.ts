import { CliError, EXIT, UsageError } from '../errors.ts';
import { executionArnOf, type Stack } from '../stack.ts';
import { describeRun } from './look-at-run.ts';
import type { FleetTools, Run } from './ports.ts';
import { type Operation, stateMachineOf } from './start-run.ts';

const OPERATIONS: readonly Operation[] = ['decommission', 'restore'];

export interface FoundRun {
  readonly run: Run;
  /** How many devices its source has, where the uploader has said it. */
  readonly total?: number;
}

/**
 * Finds a run by its ARN, or by its name, which any machine of the stack for fleets may have.
 * @throws CliError when there is none
 */
export async function findRun(tools: FleetTools, stack: Stack, nameOrArn: string): Promise<FoundRun> {
  const run = nameOrArn.startsWith('arn:')
    ? await findByArn(tools, nameOrArn)
    : await findByName(tools, stack, nameOrArn);
  const { bucket, key } = Object(run.input['source']);
  if (bucket !== tools.bucket.name) {
    throw new CliError(
      `${run.name} reads from the bucket ${bucket}, and this stack's is ${tools.bucket.name}: check --stage, --region and --profile.`,
    );
  }
  const total = (await tools.bucket.describe(String(key)))?.devices;
  return { run, ...(total !== undefined && { total }) };
}

async function findByArn({ runs }: FleetTools, arn: string): Promise<Run> {
  if (!/^arn:[^:]+:states:[^:]+:\d+:execution:[^:]*-(decommission|restore)-fleet:[^:]+$/.test(arn)) {
    throw new UsageError(
      `${arn} is no execution of decommission-fleet or restore-fleet: give its ARN, or its name.`,
    );
  }
  return describeRun(runs, arn);
}

async function findByName({ runs }: FleetTools, stack: Stack, name: string): Promise<Run> {
  for (const operation of OPERATIONS) {
    const executionArn = executionArnOf(await stateMachineOf(stack, operation), name);
    const run = await runs.describe(executionArn);
    if (run !== undefined) return run;
  }
  throw new CliError(
    `There is no run ${name} of ${stack.where}: check its name, --stage and --region; Step Functions forgets what ended 90 days ago.`,
    { exitCode: EXIT.notFound },
  );
}
