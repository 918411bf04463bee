import { documentOf, type Json, type JsonDocument, MAX_PAYLOAD_BYTES, StatesError } from '../values.ts';
import type { Batch, EvaluatedItemBatcher } from './item-source.ts';

/** Items on their way into a batch, with what their text takes in it. */
class OpenBatch {
  readonly items: Json[] = [];
  readonly texts: string[] = [];
  bytes = 0;

  add(item: JsonDocument, bytes: number): void {
    this.items.push(item.value);
    this.texts.push(item.text);
    this.bytes += bytes;
  }
}

function tooLarge(itemIndex: number): StatesError {
  return new StatesError(
    'States.DataLimitExceeded',
    `The input of a child workflow execution with the item ${itemIndex} alone exceeds the limit of ${MAX_PAYLOAD_BYTES} bytes.`,
  );
}

async function* withoutBatcher(items: AsyncIterable<Json>): AsyncGenerator<Batch> {
  let index = 0;
  for await (const item of items) {
    const input = documentOf(item);
    if (Buffer.byteLength(input.text) > MAX_PAYLOAD_BYTES) throw tooLarge(index);
    yield { index, input, itemCount: 1, firstItemIndex: index };
    index += 1;
  }
}

async function* withBatcher(
  items: AsyncIterable<Json>,
  { BatchInput, MaxItemsPerBatch }: EvaluatedItemBatcher,
): AsyncGenerator<Batch> {
  const shared = BatchInput === undefined ? {} : { BatchInput };
  const before =
    BatchInput === undefined ? '{"Items":[' : `{"BatchInput":${JSON.stringify(BatchInput)},"Items":[`;
  const emptyBytes = Buffer.byteLength(`${before}]}`);
  let index = 0;
  let firstItemIndex = 0;
  let open = new OpenBatch();

  function close(): Batch {
    const itemCount = open.items.length;
    const input = { value: { ...shared, Items: open.items }, text: `${before}${open.texts.join(',')}]}` };
    const batch = { index, input, itemCount, firstItemIndex };
    index += 1;
    firstItemIndex += itemCount;
    open = new OpenBatch();
    return batch;
  }

  for await (const value of items) {
    const item = documentOf(value);
    // With the comma before the next one.
    const bytes = Buffer.byteLength(item.text) + 1;
    if (emptyBytes + bytes - 1 > MAX_PAYLOAD_BYTES) throw tooLarge(firstItemIndex + open.items.length);
    if (emptyBytes + open.bytes + bytes - 1 > MAX_PAYLOAD_BYTES) yield close();
    open.add(item, bytes);
    if (open.items.length === MaxItemsPerBatch) yield close();
  }
  if (open.items.length > 0) yield close();
}

/**
 * The inputs of the child executions: `{ BatchInput, Items }` of as many items as `MaxItemsPerBatch` and the quota
 * of 256 KiB let through, or each item itself when there is no ItemBatcher. Reads no further than the batch it gives.
 * Throws `StatesError` `States.DataLimitExceeded` for an item that is too large on its own.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
 */
export function batchItems(
  items: AsyncIterable<Json>,
  batcher: EvaluatedItemBatcher | undefined,
): AsyncIterable<Batch> {
  return batcher === undefined ? withoutBatcher(items) : withBatcher(items, batcher);
}

/** How many children may run at once; the number can be changed while they do. */
export class Slots {
  #limit: number;
  #taken = 0;
  #isClosed = false;
  #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Waits for a free slot and takes it. False when no more are given. */
  async take(): Promise<boolean> {
    while (!this.#isClosed && this.#taken >= this.#limit) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#isClosed) return false;
    this.#taken += 1;
    return true;
  }

  /** Gives a slot back. */
  release(): void {
    this.#taken -= 1;
    this.#wake();
  }

  resize(limit: number): void {
    this.#limit = limit;
    this.#wake();
  }

  /** Gives no more. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
