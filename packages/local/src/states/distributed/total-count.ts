import type { EvaluatedItemBatcher } from './item-source.ts';
import type { MapRunRecord } from './map-run-record.ts';

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
