import { setTimeout as delay } from 'node:timers/promises';
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';

/** As docs/messages.md tells them apart. */
export type LetterKind = 'invocation' | 'rule' | 'unanswerable' | 'stream' | 'other';

export interface Letter {
  readonly kind: LetterKind;
  /** Of the device's message. */
  readonly requestId?: string;
}

type Json = Readonly<Record<string, unknown>>;

function requestIdOf(base64: unknown): string | undefined {
  if (typeof base64 !== 'string') return undefined;
  try {
    const { requestId } = Object(JSON.parse(Buffer.from(base64, 'base64').toString()));
    return typeof requestId === 'string' ? requestId : undefined;
  } catch (error) {
    // Some devices send what is no JSON.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function kindOf(letter: Json): LetterKind {
  if (letter['DDBStreamBatchInfo'] !== undefined) return 'stream';
  if (letter['requestPayload'] !== undefined) return 'invocation';
  if (letter['failures'] !== undefined) return 'rule';
  return letter['reason'] === 'Unanswerable' ? 'unanswerable' : 'other';
}

/** What a body of the dead-letter queue is about. */
export function readLetter(body: string): Letter {
  const letter = JSON.parse(body) as Json;
  const { payload } = Object(letter['requestPayload']);
  const requestId = requestIdOf(letter['base64OriginalPayload'] ?? payload);
  return { kind: kindOf(letter), ...(requestId !== undefined && { requestId }) };
}

const WAIT_SECONDS = 2;
const AFTER_ERROR_MS = 500;

/** Takes what comes into the dead-letter queue, and tells of each letter, until `signal` aborts. */
export async function collectLetters(
  { clientConfig, queues }: RunningStack,
  onLetter: (letter: Letter) => void,
  signal: AbortSignal,
): Promise<void> {
  const client = new SQSClient({ ...clientConfig, maxAttempts: 10 });
  const QueueUrl = queues.deadLetters;
  const takeSome = async () => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: WAIT_SECONDS, MaxNumberOfMessages: 10 }),
      { abortSignal: signal },
    );
    if (Messages.length === 0) return;
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    for (const { Body = '{}' } of Messages) onLetter(readLetter(Body));
  };
  try {
    while (!signal.aborted) {
      // What could not be deleted comes again.
      await takeSome().catch(() => (signal.aborted ? undefined : delay(AFTER_ERROR_MS)));
    }
  } finally {
    client.destroy();
  }
}
