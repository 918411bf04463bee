import { SFNClient } from '@aws-sdk/client-sfn';
import type { ExecutionReader, ExecutionStarter } from '@device-lifecycle/operator/executions/ports.ts';
import { createExecutionReader } from '@device-lifecycle/operator/executions/reader.ts';
import { createExecutionStarter } from '@device-lifecycle/operator/executions/starter.ts';
import type { Connection, Stack } from '@device-lifecycle/operator/stack.ts';

/** Connects to the stack that a command is about, runs it, and closes the connections. */
export async function withExecutions<T>(
  context: Connection,
  run: (executions: ExecutionStarter & ExecutionReader, stack: Stack) => Promise<T>,
): Promise<T> {
  const stack = await context.connect();
  const client = new SFNClient({ ...stack.clientConfig });
  try {
    return await run(
      { ...createExecutionStarter(client, stack), ...createExecutionReader(client, stack) },
      stack,
    );
  } finally {
    client.destroy();
  }
}
