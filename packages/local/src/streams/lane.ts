import type { Clock } from '../clock.ts';
import type { BatchDelivery } from './batch-delivery.ts';
import type { StreamMapping } from './read-mapping.ts';
import type { StreamRecord } from './stream-record.ts';

export interface LaneOptions {
  readonly mapping: Pick<StreamMapping, 'batchSize' | 'maximumBatchingWindowInSeconds'>;
  readonly delivery: Pick<BatchDelivery, 'deliver'>;
  readonly clock: Clock;
}

/** The largest event of a synchronous invocation is 6 MB; something is left for what is around the records. */
const MAX_BATCH_BYTES = 6_000_000;

/** Records of a shard that are delivered in order, a batch after the other: all that have some keys. */
export class Lane {
  readonly #options: LaneOptions;
  #waiting: StreamRecord[] = [];
  /** When the oldest waiting record has waited for long enough. */
  #windowEndsAtMs = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** By the clock; infinite while nothing waits. */
  get windowEndsAtMs(): number {
    return this.#waiting.length === 0 ? Number.POSITIVE_INFINITY : this.#windowEndsAtMs;
  }

  add(record: StreamRecord): void {
    if (this.#waiting.length === 0) this.#openWindow();
    this.#waiting.push(record);
  }

  /** Whether there is a batch to deliver; `isEnd` tells that no more will come. */
  isDue(isEnd: boolean): boolean {
    const { clock, mapping } = this.#options;
    if (this.#waiting.length === 0) return false;
    if (isEnd || clock.now() >= this.#windowEndsAtMs) return true;
    return this.#waiting.length >= mapping.batchSize || this.#batchLength() < this.#waiting.length;
  }

  /** Delivers the next batch, and gives its records. Rejects when the delivery is to end before. */
  async deliver(): Promise<readonly StreamRecord[]> {
    const batch = this.#waiting.slice(0, this.#batchLength());
    await this.#options.delivery.deliver(batch);
    this.#waiting = this.#waiting.slice(batch.length);
    // The next window begins when an invocation ends.
    this.#openWindow();
    return batch;
  }

  #openWindow(): void {
    const { clock, mapping } = this.#options;
    this.#windowEndsAtMs = clock.now() + mapping.maximumBatchingWindowInSeconds * 1000;
  }

  /** How many waiting records make the next batch: those that fit, and one at least. */
  #batchLength(): number {
    let bytes = 0;
    const tooMany = this.#waiting.findIndex((record, index) => {
      bytes += record.bytes + 1;
      return index >= this.#options.mapping.batchSize || (index > 0 && bytes > MAX_BATCH_BYTES);
    });
    return tooMany < 0 ? this.#waiting.length : tooMany;
  }
}
