import type { Clock } from '@device-lifecycle/operator/clock.ts';
import type { DiscardEntry } from '@device-lifecycle/operator/dead-letters/ports.ts';
import type { DeadLetterTools } from '@device-lifecycle/operator/dead-letters/with-dead-letters.ts';
import type { Connection, Stack } from '@device-lifecycle/operator/stack.ts';
import { createValues, type Values } from '@device-lifecycle/operator/values.ts';
import type { ProgressBar, ProgressCounts } from '@device-lifecycle/operator/watcher.ts';
import { createClock, type ManualClock } from './clock.ts';
import { createFakeQueue, type FakeQueue, toolClock } from './fake-dead-letter-queue.ts';
import { STACK_NAME } from './letters.ts';

export const [ACCOUNT_ID, REGION] = ['123456789012', 'eu-west-1'];
export const OPERATOR_ARN = `arn:aws:sts::${ACCOUNT_ID}:assumed-role/operator/ann`;

export const testStack: Stack = {
  name: STACK_NAME,
  where: `${STACK_NAME} in a test`,
  clientConfig: { maxAttempts: 1 },
  deadLettersQueueName: `${STACK_NAME}-dead-letters`,
  discardedLogGroupName: `/${STACK_NAME}/discarded-dead-letters`,
  tables: { devices: `${STACK_NAME}-devices`, invalidDevices: `${STACK_NAME}-invalid-devices` },
  identity: async () => ({ arn: OPERATOR_ARN, accountId: ACCOUNT_ID, partition: 'aws', region: REGION }),
  stateMachineArn: async (name) =>
    `arn:aws:states:${REGION}:${ACCOUNT_ID}:stateMachine:${STACK_NAME}-${name}`,
  fleetBucketName: async () => `${STACK_NAME}-fleet-${ACCOUNT_ID}-${REGION}`,
};

/** What a command of devicectl runs with; the compiler compares the two where a test passes this to a command. */
interface ToolContext extends Connection {
  readonly values: Values;
  readonly positionals: readonly string[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly terminal: {
    out(text: string): void;
    error(text: string): void;
    status(text: string): void;
    progress(title: string): ProgressBar;
    readonly isInteractive: boolean;
    confirm(question: string): Promise<boolean>;
    ask(question: string): Promise<string | undefined>;
  };
}

/** What a command does and says, on a queue in memory. */
export interface Tool {
  readonly clock: ManualClock;
  readonly queue: FakeQueue;
  readonly tools: DeadLetterTools;
  /** What was sent, in this order. */
  readonly sent: { readonly functionName: string; readonly event: string }[];
  readonly written: DiscardEntry[];
  readonly said: {
    readonly out: string[];
    readonly error: string[];
    readonly asked: string[];
    /** The titles of what was shown to go on, and its counts. */
    readonly progress: (string | ProgressCounts)[];
  };
  readonly interrupted: AbortController;
  context(values?: Readonly<Record<string, unknown>>, positionals?: readonly string[]): ToolContext;
  /** What was printed with `--json`. */
  json(): Record<string, unknown>;
}

interface ToolOptions {
  /** What is answered when somebody is asked yes or no; without it, nobody can be. */
  readonly answers?: boolean;
  /** What is typed when somebody is asked for a line; without it, Ctrl-C. */
  readonly types?: string;
}

export function createTool({ answers, types }: ToolOptions = {}): Tool {
  const clock = createClock();
  const interrupted = new AbortController();
  const said: Tool['said'] = { out: [], error: [], asked: [], progress: [] };
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
      whoAmI: async () => OPERATOR_ARN,
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
        progress: (title) => {
          said.progress.push(title);
          return { update: (counts) => void said.progress.push(counts), stop: () => undefined };
        },
        isInteractive: answers !== undefined || types !== undefined,
        confirm: async (question) => {
          said.asked.push(question);
          return answers === true;
        },
        ask: async (question) => {
          said.asked.push(question);
          return types;
        },
      },
    }),
    json: () => JSON.parse(said.out.join('\n')),
  };
}
