import { setImmediate } from 'node:timers/promises';
import type { ObjectStore } from '../../contracts.ts';
import type { Json } from '../values.ts';
import { type EvaluatedItemReader, s3ReaderFailure } from './item-source.ts';
import type { MapRunRecord } from './map-run-record.ts';
import { readCsv, readJsonLines } from './read-items.ts';

/** Opens the object when the first bytes are taken. */
async function* bytesOf(
  objects: ObjectStore,
  { Bucket, Key }: { readonly Bucket: string; readonly Key: string },
): AsyncGenerator<Uint8Array> {
  yield* await objects.read(Bucket, Key);
}

/**
 * The items of an evaluated ItemReader, read as they are taken.
 * Throws `StatesError` `States.ItemReaderFailed` when S3 does not have the dataset, or it is not what InputType says.
 */
export async function* readItems(
  { Arguments, ReaderConfig }: EvaluatedItemReader,
  objects: ObjectStore,
): AsyncGenerator<Json> {
  const bytes = bytesOf(objects, Arguments);
  try {
    yield* ReaderConfig.InputType === 'CSV' ? readCsv(bytes) : readJsonLines(bytes);
  } catch (thrown) {
    throw s3ReaderFailure(thrown);
  }
}

/** After how many items counting lets other work have its turn. */
const ITEMS_PER_TURN = 256;

/** Counts items as long as that is wanted; undefined when it is not any more. */
export async function countItems(
  items: AsyncIterable<Json> | Iterable<Json>,
  isWanted: () => boolean,
): Promise<number | undefined> {
  let count = 0;
  for await (const _ of items) {
    if (!isWanted()) return undefined;
    count += 1;
    if (count % ITEMS_PER_TURN === 0) await setImmediate();
  }
  return isWanted() ? count : undefined;
}

/** How many items, and batches of them, a map run has: as many as were read, until all were counted. */
export class TotalCount {
  readonly #itemsPerBatch: number;
  #items: number;
  #executions: number;
  #isKnown: boolean;
  #itemsRead = 0;
  #executionsRead = 0;

  constructor({ totalItems, totalExecutions, isTotalKnown, config }: MapRunRecord) {
    this.#itemsPerBatch = config.batcher?.MaxItemsPerBatch ?? 1;
    this.#items = totalItems;
    this.#executions = totalExecutions;
    this.#isKnown = isTotalKnown;
  }

  get items(): number {
    return Math.max(this.#items, this.#itemsRead);
  }

  get executions(): number {
    return Math.max(this.#executions, this.#executionsRead);
  }

  /** Whether the number of items is the final one. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** A batch was read. */
  read(itemCount: number): void {
    this.#itemsRead += itemCount;
    this.#executionsRead += 1;
  }

  /** The items were counted. */
  counted(items: number): void {
    this.#items = items;
    this.#isKnown = true;
    this.#executions = Math.ceil(items / this.#itemsPerBatch);
  }

  /** There is no batch after those that were read. */
  readThrough(): void {
    this.#items = this.#itemsRead;
    this.#executions = this.#executionsRead;
    this.#isKnown = true;
  }
}
