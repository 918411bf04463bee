import { setImmediate } from 'node:timers/promises';
import type { ObjectStore } from '../../contracts.ts';
import type { Json } from '../values.ts';
import { type EvaluatedItemBatcher, type EvaluatedItemReader, s3ReaderFailure } from './item-source.ts';
import { decompress } from './lines.ts';
import type { MapRunRecord } from './map-run-record.ts';
import { readJsonLines } from './read-items.ts';
import { LIST_OBJECTS } from './settings.ts';

/** Opens the object when the first bytes are taken, so that no reader that fails before leaves it open. */
async function* bytesOf(
  objects: ObjectStore,
  { Bucket, Key }: { readonly Bucket: string; readonly Key: string },
): AsyncGenerator<Uint8Array> {
  yield* await objects.read(Bucket, Key);
}

/** Loads the parsers of those formats that a machine reads. */
async function* readItemsOf(reader: EvaluatedItemReader, objects: ObjectStore): AsyncGenerator<Json> {
  if (reader.Resource === LIST_OBJECTS) {
    for await (const summary of objects.list(reader.Arguments.Bucket, reader.Arguments.Prefix ?? '')) {
      const { ETag: Etag, ...others } = summary;
      yield { Etag, ...others };
    }
    return;
  }
  const config = reader.ReaderConfig;
  const bytes = decompress(reader.Arguments.Key, bytesOf(objects, reader.Arguments));
  switch (config.InputType) {
    case 'CSV':
      yield* (await import('./read-items.ts')).readCsv(bytes, config);
      return;
    case 'JSONL':
      yield* readJsonLines(bytes);
      return;
    case 'JSON':
      yield* (await import('./read-items.ts')).readJsonArray(bytes, config.ItemsPointer);
  }
}

/**
 * The items of an evaluated ItemReader, read as they are taken. MaxItems ends the reading early.
 * Throws `StatesError` `States.ItemReaderFailed` when S3 does not have the dataset, or it is not what InputType says.
 */
export async function* readItems(reader: EvaluatedItemReader, objects: ObjectStore): AsyncGenerator<Json> {
  const { MaxItems = 0 } = reader.ReaderConfig ?? {};
  let count = 0;
  try {
    for await (const item of readItemsOf(reader, objects)) {
      yield item;
      count += 1;
      if (count === MaxItems) return;
    }
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
  readonly #batcher: EvaluatedItemBatcher | undefined;
  #items: number;
  #executions: number;
  #isKnown: boolean;
  #itemsRead = 0;
  #executionsRead = 0;

  constructor({ totalItems, totalExecutions, isTotalKnown, config }: MapRunRecord) {
    this.#batcher = config.batcher;
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

  /** The items were counted. Their batches can be told only where bytes do not limit them. */
  counted(items: number): void {
    this.#items = items;
    this.#isKnown = true;
    const { MaxItemsPerBatch = 0, MaxInputBytesPerBatch = 0 } = this.#batcher ?? { MaxItemsPerBatch: 1 };
    if (MaxItemsPerBatch > 0 && MaxInputBytesPerBatch === 0) {
      this.#executions = Math.ceil(items / MaxItemsPerBatch);
    }
  }

  /** There is no batch after those that were read. */
  readThrough(): void {
    this.#items = this.#itemsRead;
    this.#executions = this.#executionsRead;
    this.#isKnown = true;
  }
}
