import { setTimeout as delay } from 'node:timers/promises';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { RunningStack } from './stack.ts';

/** How an execution ended; `output` is its JSON, `error` the name of what failed it. */
export interface ExecutionEnd {
  readonly status: string;
  readonly output?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  readonly cause?: string;
}

const POLL_MS = 25;

export type Operator = ReturnType<typeof createOperator>;

/** Starts an execution and waits for its end, as an operator's script would. */
export function createOperator({ clientConfig }: RunningStack) {
  const client = new SFNClient(clientConfig);
  return {
    async run(stateMachineArn: string, input: Readonly<Record<string, unknown>>): Promise<ExecutionEnd> {
      const { executionArn } = await client.send(
        new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
      );
      for (;;) {
        const {
          status = 'RUNNING',
          output,
          error,
          cause,
        } = await client.send(new DescribeExecutionCommand({ executionArn }));
        if (status !== 'RUNNING') {
          return {
            status,
            ...(output !== undefined && { output: JSON.parse(output) as Record<string, unknown> }),
            ...(error !== undefined && { error }),
            ...(cause !== undefined && { cause }),
          };
        }
        await delay(POLL_MS);
      }
    },
    close: () => client.destroy(),
  };
}
