import { CliError, EXIT } from '../errors.ts';
import { executionArnOf, STATE_MACHINES, type Stack } from '../stack.ts';
import type { ExecutionReader, ExecutionState } from './ports.ts';

/** The execution of an ARN or, among the stack's state machines, of a name. @throws CliError */
export async function findExecution(
  reader: Pick<ExecutionReader, 'find'>,
  stack: Stack,
  nameOrArn: string,
): Promise<ExecutionState> {
  const arns = nameOrArn.startsWith('arn:')
    ? [nameOrArn]
    : await Promise.all(
        STATE_MACHINES.map(async (machine) =>
          executionArnOf(await stack.stateMachineArn(machine), nameOrArn),
        ),
      );
  const answers = await Promise.all(arns.map((arn) => reader.find(arn)));
  const [found, ...others] = answers.filter((execution) => execution !== undefined);
  if (found === undefined) {
    throw new CliError(
      `There is no execution ${nameOrArn} of ${stack.where}: "npx devicectl executions list" shows those that there are, for 90 days.`,
      { exitCode: EXIT.notFound },
    );
  }
  if (others.length === 0) return found;
  const choices = [found, ...others].map(({ executionArn }) => executionArn).join(', ');
  throw new CliError(`Several executions have this name, so give the ARN of one: ${choices}.`);
}

/** Which of the stack's state machines an execution is of: its name without the stack's. */
export function machineOf(executionArn: string, { name }: Stack): string {
  const machine = executionArn.split(':').at(-2) ?? '';
  return machine.startsWith(`${name}-`) ? machine.slice(name.length + 1) : machine;
}
