import { EXIT, UsageError } from '@device-lifecycle/operator/errors.ts';
import type { ExecutionReader } from '@device-lifecycle/operator/executions/ports.ts';
import { printable } from '@device-lifecycle/operator/output/printable.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { Command, CommandContext } from '../../command.ts';
import { executionAsText } from '../../executions/execution-text.ts';
import { readExecution } from '../../executions/read-execution.ts';

export const showExecutionCommand: Command = {
  path: ['executions', 'show'],
  summary:
    'Shows an execution: how it stands, its input and output or error, and the states that it went through.',
  positionals: 'NAME_OR_ARN',
  options: {},
  examples: [
    ['npx devicectl executions show retire-1 --local', 'one by its name'],
    [
      'npx devicectl executions show arn:aws:states:eu-west-1:123456789012:execution:device-lifecycle-prod-decommission-device:retire-1 --json',
      'one by its ARN, for a script',
    ],
  ],
  async run(context) {
    const { withExecutions } = await import('../../executions/with-executions.ts');
    return withExecutions(context, (reader, stack) => showExecution(context, reader, stack));
  },
};

export async function showExecution(
  { positionals, values, terminal, clock }: CommandContext,
  reader: Omit<ExecutionReader, 'list'>,
  stack: Stack,
): Promise<number> {
  const [nameOrArn, ...others] = positionals;
  if (nameOrArn === undefined || others.length > 0) {
    throw new UsageError('Give one execution by its name or ARN, as "executions list" shows them.');
  }
  const described = await readExecution(reader, stack, nameOrArn);
  terminal.out(
    values.flag('json')
      ? printable(JSON.stringify(described, null, 2))
      : executionAsText(described, clock.now()),
  );
  return EXIT.done;
}
