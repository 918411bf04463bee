import type { CommandContext } from '../../cli/command.ts';
import type { DiscardEntry } from '../../cli/dead-letters/ports.ts';
import type { DeadLetterTools } from '../../cli/dead-letters/with-dead-letters.ts';
import type { Stack } from '../../cli/stack.ts';
import { createValues } from '../../cli/values.ts';
import { createClock, type ManualClock } from './clock.ts';
import { createFakeQueue, type FakeQueue, toolClock } from './fake-dead-letter-queue.ts';
import { STACK_NAME } from './letters.ts';

export const testStack: Stack = {
  name: STACK_NAME,
  where: `${STACK_NAME} in a test`,
  clientConfig: { maxAttempts: 1 },
  deadLettersQueueName: `${STACK_NAME}-dead-letters`,
  discardedLogGroupName: `/${STACK_NAME}/discarded-dead-letters`,
};

/** What a command does and says, on a queue in memory. */
export interface Tool {
  readonly clock: ManualClock;
  readonly queue: FakeQueue;
  readonly tools: DeadLetterTools;
  /** What was sent, in this order. */
  readonly sent: { readonly functionName: string; readonly event: string }[];
  readonly written: DiscardEntry[];
  readonly said: { readonly out: string[]; readonly error: string[] };
  readonly interrupted: AbortController;
  context(values?: Readonly<Record<string, unknown>>, positionals?: readonly string[]): CommandContext;
  /** What was printed with `--json`. */
  json(): Record<string, unknown>;
}

interface ToolOptions {
  /** What is answered when somebody is asked; without it, nobody can be. */
  readonly answers?: boolean;
}

export function createTool({ answers }: ToolOptions = {}): Tool {
  const clock = createClock();
  const interrupted = new AbortController();
  const said = { out: [] as string[], error: [] as string[] };
  const sent: Tool['sent'] = [];
  const written: DiscardEntry[] = [];
  const send = async (functionName: string, event: string) => void sent.push({ functionName, event });
  return {
    clock,
    queue: createFakeQueue(clock),
    tools: {
      stack: testStack,
      functions: {
        invokeAsync: send,
        async invoke(functionName, event) {
          await send(functionName, event);
          return { batchItemFailures: [] };
        },
      },
      streamRecords: { read: async () => [{ eventID: '1' }] },
      whoAmI: async () => 'arn:aws:sts::123456789012:assumed-role/operator/ann',
      openDiscardLog: async () => ({
        append: async (entry) => void written.push(entry),
        close: async () => undefined,
      }),
    },
    sent,
    written,
    said,
    interrupted,
    context: (values = {}, positionals = []) => ({
      values: createValues(values),
      positionals,
      clock: toolClock(clock),
      signal: interrupted.signal,
      connect: async () => testStack,
      terminal: {
        out: (text) => void said.out.push(text),
        error: (text) => void said.error.push(text),
        status: () => undefined,
        isInteractive: answers !== undefined,
        confirm: async () => answers === true,
      },
    }),
    json: () => JSON.parse(said.out.join('\n')),
  };
}
