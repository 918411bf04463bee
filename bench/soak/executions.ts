import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { REFUSALS } from '../../tests/support/refusals.ts';

/** How an operator's request ended. */
export type ExecutionEnd =
  | { readonly isDone: true; readonly output: Readonly<Record<string, unknown>> }
  | { readonly isDone: false; readonly error: string };

const POLL_MS = 150;
const MAX_WAIT_MS = 120_000;
const MAX_STARTS = 5;
/** Of docs/messages.md: whatever is refused, no repetition mends. */
const REFUSED = new Set<string>(['InvalidInput', ...REFUSALS, 'IntegrityViolation']);

/** Runs executions, and starts them again as the runbook says: under a new name, with the first one's as `requestId`. */
export class Executions {
  readonly #client: SFNClient;
  #running = 0;

  constructor({ clientConfig }: RunningStack) {
    this.#client = new SFNClient({ ...clientConfig, maxAttempts: 10 });
  }

  get running(): number {
    return this.#running;
  }

  async run(stateMachineArn: string, input: Readonly<Record<string, unknown>>): Promise<ExecutionEnd> {
    const requestId = randomUUID();
    this.#running += 1;
    try {
      let end: ExecutionEnd = { isDone: false, error: 'NotStarted' };
      for (let start = 0; start < MAX_STARTS; start += 1) {
        end = await this.#runOnce(stateMachineArn, { ...input, requestId });
        if (end.isDone || REFUSED.has(end.error)) return end;
      }
      return end;
    } finally {
      this.#running -= 1;
    }
  }

  close(): void {
    this.#client.destroy();
  }

  async #runOnce(stateMachineArn: string, input: Readonly<Record<string, unknown>>): Promise<ExecutionEnd> {
    const giveUpAt = performance.now() + MAX_WAIT_MS;
    try {
      const { executionArn } = await this.#client.send(
        new StartExecutionCommand({ stateMachineArn, name: randomUUID(), input: JSON.stringify(input) }),
      );
      while (performance.now() < giveUpAt) {
        await delay(POLL_MS);
        const { status, output, error } = await this.#client.send(
          new DescribeExecutionCommand({ executionArn }),
        );
        if (status === 'SUCCEEDED') return { isDone: true, output: JSON.parse(output ?? '{}') };
        if (status !== 'RUNNING') return { isDone: false, error: error ?? String(status) };
      }
      return { isDone: false, error: 'NoEnd' };
    } catch (error) {
      return { isDone: false, error: error instanceof Error ? error.name : String(error) };
    }
  }
}
