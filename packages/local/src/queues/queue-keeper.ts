import { AwsError } from '../aws.ts';
import type { ResourceKeeper } from '../contracts.ts';
import type { Emulator } from './emulator.ts';
import { DEFAULT_ATTRIBUTES, type QueueDefinition, queueAttributes, queueTags } from './queue-attributes.ts';

/** Makes, changes and removes queues. What SQS would not take is rejected with its own error. */
export function createQueueKeeper(emulator: Emulator): ResourceKeeper<QueueDefinition> {
  // The emulator goes by the name at the end.
  const queueUrl = (queueName: string) => `http://localhost/${queueName}`;
  return {
    async put(queue) {
      const QueueUrl = queueUrl(queue.queueName);
      const there = await attributesOf(emulator, QueueUrl);
      if (there === undefined) await createQueue(emulator, queue);
      else await changeQueue(emulator, queue, { ...there, QueueUrl });
    },
    has: async ({ queueName }) => (await attributesOf(emulator, queueUrl(queueName))) !== undefined,
    async remove({ queueName }) {
      const QueueUrl = queueUrl(queueName);
      if ((await attributesOf(emulator, QueueUrl)) !== undefined) {
        await emulator.callSqs('DeleteQueue', { QueueUrl });
      }
    },
  };
}

/** Undefined where there is no such queue. */
async function attributesOf(
  emulator: Emulator,
  QueueUrl: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const answer = await emulator.callSqs('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] });
    return Object(answer['Attributes']);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'QueueDoesNotExist') return undefined;
    throw error;
  }
}

async function createQueue(emulator: Emulator, queue: QueueDefinition): Promise<void> {
  const Attributes = queueAttributes(queue);
  await emulator.callSqs('CreateQueue', { QueueName: queue.queueName, Attributes, tags: queueTags(queue) });
}

/** What the queue no longer says goes back to SQS's default; it keeps its messages. */
async function changeQueue(
  emulator: Emulator,
  queue: QueueDefinition,
  { QueueUrl, ...there }: Readonly<Record<string, string>>,
): Promise<void> {
  const { FifoQueue: fifo = 'false', ...attributes } = queueAttributes(queue);
  if (fifo !== (there['FifoQueue'] ?? 'false')) {
    throw new AwsError(
      'InvalidAttributeValue',
      `FifoQueue of ${queue.queueName} cannot be changed: give the queue another name.`,
    );
  }
  const changed = Object.entries({ ...DEFAULT_ATTRIBUTES, ...attributes }).filter(
    ([name, value]) => value !== (there[name] ?? ''),
  );
  if (changed.length > 0) {
    await emulator.callSqs('SetQueueAttributes', { QueueUrl, Attributes: Object.fromEntries(changed) });
  }
  const { Tags: before } = await emulator.callSqs('ListQueueTags', { QueueUrl });
  const Tags = queueTags(queue);
  const TagKeys = Object.keys(Object(before)).filter((key) => !Object.hasOwn(Tags, key));
  if (TagKeys.length > 0) await emulator.callSqs('UntagQueue', { QueueUrl, TagKeys });
  if (Object.keys(Tags).length > 0) await emulator.callSqs('TagQueue', { QueueUrl, Tags });
}
