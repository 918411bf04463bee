import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { openQueue } from '../../src/dead-letters/queue.ts';

const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/device-lifecycle-dev-dead-letters';
const held = (n: number) => ({ messageId: `m-${n}`, receiptHandle: `r-${n}`, body: '{}', sentAtMs: 1 });

type Answer = (command: object) => object | undefined;

/** A client that answers without a network, and the commands that it was sent. */
function clientOf(answer: Answer) {
  const commands: { readonly input: object }[] = [];
  const client = new SQSClient({ region: 'eu-west-1' });
  client.send = async (command: { readonly input: object }) => {
    commands.push(command);
    return answer(command) ?? (command instanceof GetQueueUrlCommand ? { QueueUrl } : {});
  };
  return { client, commands };
}

const failWith = (name: string): never => {
  throw Object.assign(new Error('no'), { name });
};

describe('the queue', () => {
  it('gives messages with when they came, waiting a second for one', async () => {
    const { client, commands } = clientOf((command) =>
      command instanceof ReceiveMessageCommand
        ? {
            Messages: [
              { MessageId: 'm-1', ReceiptHandle: 'r-1', Body: '{}', Attributes: { SentTimestamp: '1' } },
            ],
          }
        : undefined,
    );
    const queue = await openQueue(client, testStack);
    expect(await queue.receive(60)).toEqual([held(1)]);
    expect(commands[1]?.input).toMatchObject({ QueueUrl, VisibilityTimeout: 60, WaitTimeSeconds: 1 });
  });

  it('hides in batches of ten, as many as SQS takes', async () => {
    const { client, commands } = clientOf(() => undefined);
    const queue = await openQueue(client, testStack);
    await queue.hideAll(
      Array.from({ length: 21 }, (_, n) => held(n)),
      0,
    );
    const batches = commands.filter((command) => command instanceof ChangeMessageVisibilityBatchCommand);
    expect(batches.map(({ input }) => input.Entries?.length)).toEqual([10, 10, 1]);
    expect(batches[2]?.input.Entries).toEqual([{ Id: '0', ReceiptHandle: 'r-20', VisibilityTimeout: 0 }]);
  });

  it('leaves those that somebody else has got, and tells of those that SQS failed at', async () => {
    const faults = [true, false].map((SenderFault, index) => ({
      Id: String(index),
      SenderFault,
      Code: SenderFault ? 'ReceiptHandleIsInvalid' : 'InternalError',
    }));
    for (const [Failed, ends] of [
      [faults.slice(0, 1), 'well'],
      [faults, 'SQS could not change for how long 1 of 12 messages are hidden (InternalError: no message)'],
    ] as const) {
      const { client, commands } = clientOf((command) =>
        command instanceof ChangeMessageVisibilityBatchCommand && command.input.Entries?.length === 10
          ? { Failed }
          : undefined,
      );
      const queue = await openQueue(client, testStack);
      const messages = Array.from({ length: 12 }, (_, n) => held(n));
      const end = await queue.hideAll(messages, 60).then(() => 'well', String);
      expect(end).toContain(ends);
      expect(
        commands.filter((command) => command instanceof ChangeMessageVisibilityBatchCommand),
      ).toHaveLength(2);
    }
  });

  it.each(['MessageNotInflight', 'ReceiptHandleIsInvalid'])(
    'knows by %s that a message is not ours',
    async (name) => {
      const { client } = clientOf((command) =>
        command instanceof ChangeMessageVisibilityCommand ? failWith(name) : undefined,
      );
      const queue = await openQueue(client, testStack);
      expect(await queue.claim(held(1), 60)).toBe(false);
    },
  );

  it('does not take any other failure for that', async () => {
    const { client } = clientOf((command) =>
      command instanceof ChangeMessageVisibilityCommand ? failWith('AccessDenied') : undefined,
    );
    const queue = await openQueue(client, testStack);
    await expect(queue.claim(held(1), 60)).rejects.toThrow();
  });

  it('says what to do when there is none', async () => {
    const { client } = clientOf(() => failWith('QueueDoesNotExist'));
    await expect(openQueue(client, testStack)).rejects.toThrow(
      /^There is no queue .*check --stage, --region/,
    );
  });
});
