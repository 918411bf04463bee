import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { until } from '@device-lifecycle/test-kit/eventually.ts';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';

export interface DeadLetters {
  /** Takes what is in the queue now. */
  drain(): Promise<Record<string, unknown>[]>;
  /** Waits for this many and takes them. */
  take(count: number): Promise<Record<string, unknown>[]>;
  close(): void;
}

export function createDeadLetters({ clientConfig, queues }: RunningStack): DeadLetters {
  const client = new SQSClient(clientConfig);
  const QueueUrl = queues.deadLetters;

  async function receive(WaitTimeSeconds: number): Promise<Record<string, unknown>[]> {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds, MaxNumberOfMessages: 10 }),
    );
    for (const { ReceiptHandle } of Messages)
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return Messages.map(({ Body = '' }) => JSON.parse(Body) as Record<string, unknown>);
  }

  return {
    drain: () => receive(0),
    async take(count) {
      const letters: Record<string, unknown>[] = [];
      const receiveMore = async () => letters.push(...(await receive(1)));
      const came = await until(receiveMore, (length) => length >= count, 15_000);
      if (came < count) throw new Error(`${came} of ${count} dead letters came`);
      return letters;
    },
    close: () => client.destroy(),
  };
}
