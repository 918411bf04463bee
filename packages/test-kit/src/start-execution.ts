import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { StateMachineName } from '@device-lifecycle/operator/stack.ts';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';

interface Start {
  readonly machine: StateMachineName;
  readonly name?: string;
  readonly input?: Readonly<Record<string, unknown>>;
}

/** Starts an execution as somebody beside the console does. */
export async function startExecution(
  { clientConfig, stateMachines }: Pick<RunningStack, 'clientConfig' | 'stateMachines'>,
  { machine, name, input }: Start,
): Promise<void> {
  const client = new SFNClient(clientConfig);
  const stateMachineArn = Object.values(stateMachines).find((arn) => arn.endsWith(`-${machine}`));
  const text = JSON.stringify({ requestedBy: 'ann', ...input });
  await client.send(new StartExecutionCommand({ stateMachineArn, name, input: text }));
  client.destroy();
}
