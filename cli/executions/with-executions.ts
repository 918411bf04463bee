import { SFNClient } from '@aws-sdk/client-sfn';
import type { Connection, Stack } from '../stack.ts';
import type { ExecutionReader, ExecutionStarter } from './ports.ts';
import { createExecutionReader } from './reader.ts';
import { createExecutionStarter } from './starter.ts';

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
