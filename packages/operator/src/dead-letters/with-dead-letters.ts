import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Connection, Stack } from '../stack.ts';
import { type Clients, createClients } from './clients.ts';
import { createDiscardLogGroup, openDiscardFile } from './discard-log.ts';
import { createFunctions } from './functions.ts';
import type { DeadLetterQueue, DiscardLog } from './ports.ts';
import { openQueue } from './queue.ts';
import type { RedriveTargets } from './redrive.ts';
import { createStreamRecords } from './stream-records.ts';

/** What the commands about dead letters work with, beside the queue. */
export interface DeadLetterTools extends RedriveTargets {
  readonly stack: Stack;
  /** The operator's ARN. */
  whoAmI(): Promise<string>;
  /** Without a file, the log group of the stack. */
  openDiscardLog(file: string | undefined): Promise<DiscardLog>;
}

export function createDeadLetterTools(clients: Clients, stack: Stack, clock: Clock): DeadLetterTools {
  return {
    stack,
    functions: createFunctions(clients.lambda, stack),
    streamRecords: createStreamRecords(clients, stack),
    whoAmI: async () => (await stack.identity()).arn,
    async openDiscardLog(file) {
      if (file !== undefined) return openDiscardFile(file);
      const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
      return createDiscardLogGroup(clients.logs, stack, `${day}/${randomUUID()}`);
    },
  };
}

/** Connects to the stack that a command is about, runs it, and closes the connections. */
export async function withDeadLetters<T>(
  context: Connection & { readonly clock: Clock },
  run: (queue: DeadLetterQueue, tools: DeadLetterTools) => Promise<T>,
): Promise<T> {
  const stack = await context.connect();
  const clients = createClients(stack);
  try {
    const queue = await openQueue(clients.sqs, stack);
    return await run(queue, createDeadLetterTools(clients, stack, context.clock));
  } finally {
    clients.close();
  }
}
