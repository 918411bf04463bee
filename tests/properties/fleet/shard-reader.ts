import type { Random } from '@device-lifecycle/test-kit/random.ts';
import type { StreamRecord } from '../../support/table-changes.ts';

/** What a function answered; `undefined` when it was killed before it could. */
type Answer = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] } | undefined;

export type Invoke = (records: readonly StreamRecord[]) => Promise<Answer>;

interface ShardReaderOptions {
  readonly batchSize: number;
  /** How likely a batch that is done is brought again: at once, and once more when all others are done. */
  readonly repetition: number;
  readonly random: Random;
  readonly invoke: Invoke;
  /** The time between two invocations. */
  readonly pause: () => Promise<void>;
  /** The time before what was done long ago comes once more. */
  readonly longPause: () => Promise<void>;
}

/** How many of a batch are done, by the answer. */
function countDone(batch: readonly StreamRecord[], answer: Answer): number {
  if (answer === undefined) return 0;
  const [failure] = answer.batchItemFailures;
  if (failure === undefined) return batch.length;
  const failed = batch.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === failure.itemIdentifier);
  return Math.max(0, failed);
}

/**
 * Brings a shard's records to a function as Lambda does: in their order, again from the first that failed on, a batch
 * whose function ended badly in halves, and now and then something that was done already.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export async function readShard(
  records: readonly StreamRecord[],
  { batchSize, repetition, random, invoke, pause, longPause }: ShardReaderOptions,
): Promise<void> {
  const repeated: (readonly StreamRecord[])[] = [];
  let largest = batchSize;
  for (let position = 0; position < records.length; ) {
    const batch = records.slice(position, position + 1 + random.below(largest));
    const answer = await invoke(batch);
    largest = answer === undefined ? Math.ceil(batch.length / 2) : batchSize;
    const done = countDone(batch, answer);
    if (done === batch.length && random.chance(repetition)) {
      await invoke(batch);
      repeated.push(batch);
    }
    position += done;
    await pause();
  }
  await longPause();
  for (const batch of repeated) await invoke(batch);
}
