import {
  type BatchResultErrorEntry,
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { CliError } from '../errors.ts';
import type { Stack } from '../stack.ts';
import type { DeadLetterQueue, HeldMessage } from './ports.ts';

/** SQS's most, for messages of one call. */
const BATCH = 10;

/** Whose receipt handle is not good any more: somebody else has got the message since, or it is gone. */
const NOT_OURS = new Set([
  'InvalidParameterValue',
  'MessageNotInflight',
  'AWS.SimpleQueueService.MessageNotInflight',
  'ReceiptHandleIsInvalid',
]);

const isNotOurs = (error: unknown): boolean => error instanceof Error && NOT_OURS.has(error.name);

/** Throws `CliError` when the stack has no such queue. */
export async function openQueue(sqs: SQSClient, stack: Stack): Promise<DeadLetterQueue> {
  const QueueUrl = await findUrl(sqs, stack);
  return {
    async receive(VisibilityTimeout) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          VisibilityTimeout,
          MaxNumberOfMessages: BATCH,
          // A long poll asks all of SQS's servers, so that none means none.
          WaitTimeSeconds: 1,
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      );
      return Messages.map(held);
    },
    async hideAll(messages, VisibilityTimeout) {
      const failed: BatchResultErrorEntry[] = [];
      for (let from = 0; from < messages.length; from += BATCH) {
        const Entries = messages.slice(from, from + BATCH).map(({ receiptHandle: ReceiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle,
          VisibilityTimeout,
        }));
        const { Failed = [] } = await sqs.send(
          new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }),
        );
        // Those that SQS refuses for what we have sent are not ours any more.
        failed.push(...Failed.filter(({ SenderFault }) => SenderFault !== true));
      }
      const [first] = failed;
      if (first === undefined) return;
      throw new CliError(
        `SQS could not change for how long ${failed.length} of ${messages.length} messages are hidden (${first.Code}: ${first.Message ?? 'no message'}): try again.`,
      );
    },
    async claim({ receiptHandle: ReceiptHandle }, VisibilityTimeout) {
      try {
        await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
        return true;
      } catch (error) {
        if (isNotOurs(error)) return false;
        throw error;
      }
    },
    async delete({ receiptHandle: ReceiptHandle }) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
    async count() {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      return {
        visible: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
        hidden: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
      };
    },
  };
}

async function findUrl(sqs: SQSClient, { deadLettersQueueName, where }: Stack): Promise<string> {
  try {
    const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: deadLettersQueueName }));
    return QueueUrl;
  } catch (error) {
    if (!(error instanceof Error) || !/QueueDoesNotExist|NonExistentQueue/.test(error.name)) throw error;
    throw new CliError(
      `There is no queue ${deadLettersQueueName} (${where}): check --stage, --region and --profile, or deploy the stage.`,
      { cause: error },
    );
  }
}

function held({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }: Message): HeldMessage {
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    sentAtMs: Number(Attributes['SentTimestamp'] ?? 0),
  };
}
