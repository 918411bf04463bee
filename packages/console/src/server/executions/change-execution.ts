import {
  DescribeExecutionCommand,
  RedriveExecutionCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import {
  executionArnOf,
  STATE_MACHINES,
  type Stack,
  type StateMachineName,
} from '@device-lifecycle/operator/stack.ts';
import { problemsOf } from '../../schema/check-schema.ts';
import { ApiError } from '../api-error.ts';
import { inputSchemaOf } from './input-schemas.ts';

interface Start {
  readonly machine: StateMachineName;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * Starts an execution in the name of the operator, or finds that it was started already with the same name and input:
 * the answer may have been lost. Errors are those of the SDK, too.
 * @throws ApiError for an input that the machine would refuse, and a name that stands for another
 */
export async function startExecution(
  client: SFNClient,
  stack: Stack,
  { machine, name, input }: Start,
): Promise<string> {
  const [problem] = problemsOf(await inputSchemaOf(machine, stack), input);
  if (problem !== undefined) {
    const where = problem.path.length === 0 ? 'The input' : problem.path.join('.');
    throw new ApiError('invalid', `${where} breaks the rule "${problem.rule}" of the input of ${machine}.`);
  }
  const { arn: requestedBy } = await stack.identity();
  const stateMachineArn = await stack.stateMachineArn(machine);
  const text = JSON.stringify({ ...input, requestedBy });
  try {
    const request = { stateMachineArn, name, input: text };
    return (await client.send(new StartExecutionCommand(request))).executionArn ?? '';
  } catch (error) {
    if (Object(error).name !== 'ExecutionAlreadyExists') throw error;
    const executionArn = executionArnOf(stateMachineArn, name);
    const { input: before } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (before === text) return executionArn;
    throw new ApiError(
      'invalid',
      `There is an execution ${name} already, with another input: give this one another name.`,
      { cause: error },
    );
  }
}

/**
 * Whoever has an ARN of another stack at hand can look at it here, but not change it by mistake.
 * @throws ApiError
 */
export function assertOwn(stack: Pick<Stack, 'name' | 'where'>, executionArn: string): void {
  // Whole names, since that of a stage can begin with another's.
  const [machine] = executionArn.split(':').at(-2)?.split('/') ?? [];
  if (STATE_MACHINES.some((name) => machine === `${stack.name}-${name}`)) return;
  throw new ApiError(
    'invalid',
    `This execution is not of ${stack.where}: open the console of its own stack.`,
  );
}

/** Stops an execution; one that has ended stays as it is. Errors are those of the SDK. */
export async function stopExecution(client: SFNClient, stack: Stack, executionArn: string): Promise<void> {
  const { arn } = await stack.identity();
  await client.send(new StopExecutionCommand({ executionArn, cause: `Stopped in the console by ${arn}` }));
}

/** Goes on with an execution where it failed. Errors are those of the SDK. */
export async function redriveExecution(client: SFNClient, executionArn: string): Promise<void> {
  try {
    await client.send(new RedriveExecutionCommand({ executionArn }));
  } catch (cause) {
    if (Object(cause).name !== 'ExecutionNotRedrivable') throw cause;
    const { message } = cause as Error;
    throw new ApiError('invalid', `This execution cannot be redriven: ${message}`, { cause });
  }
}
