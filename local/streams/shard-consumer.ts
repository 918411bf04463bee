import type { Clock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';
import type { EventPattern } from '../event-pattern/compile-pattern.ts';
import type { BatchDelivery } from './batch-delivery.ts';
import { type EventSourceMapping, STREAM_RETENTION_SECONDS } from './event-source-mapping.ts';
import type { Read, ShardReader } from './shard-reader.ts';
import type { StreamRecord } from './stream-record.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface ShardConsumerOptions {
  readonly mapping: EventSourceMapping;
  readonly filters: readonly EventPattern[];
  readonly reader: ShardReader;
  readonly delivery: Pick<BatchDelivery, 'deliver'>;
  readonly clock: Clock;
  readonly log: RuntimeLog;
  readonly signal: AbortSignal;
}

/** The largest event of a synchronous invocation is 6 MB; something is left for what is around the records. */
const MAX_BATCH_BYTES = 6_000_000;

/**
 * While records come, the next ones are looked for soon; the longer none come, the less often, down to what AWS does
 * (four times a second and shard), so that an idle stack costs next to nothing.
 */
const SHORTEST_POLL_INTERVAL_MS = 25;
const LONGEST_POLL_INTERVAL_MS = 200;

const RECOVERY_DELAY_MS = 1000;

/** Reads one shard, in order, and has its batches delivered, one after the other. */
export class ShardConsumer {
  readonly #options: ShardConsumerOptions;
  #waiting: StreamRecord[] = [];
  /** When the oldest waiting record has waited for long enough. */
  #windowEndsAtMs = 0;
  #pollIntervalMs = SHORTEST_POLL_INTERVAL_MS;
  #isReadable = true;
  /** The last record that the reader knows to be done with. */
  #done: string | undefined;

  constructor(options: ShardConsumerOptions) {
    this.#options = options;
  }

  /** Resolves once the shard is closed and all of it is delivered. Rejects with the signal's reason. */
  async run(): Promise<void> {
    for (let isEnd = false; !isEnd || this.#waiting.length > 0; ) {
      if (this.#isDue(isEnd)) await this.#deliverBatch();
      else isEnd = await this.#poll();
    }
  }

  #isDue(isEnd: boolean): boolean {
    const { clock, mapping } = this.#options;
    if (this.#waiting.length === 0) return false;
    if (isEnd || clock.now() >= this.#windowEndsAtMs) return true;
    return this.#waiting.length >= mapping.batchSize || this.#batchLength() < this.#waiting.length;
  }

  async #deliverBatch(): Promise<void> {
    const { clock, mapping, delivery } = this.#options;
    const length = this.#batchLength();
    await delivery.deliver(this.#waiting.slice(0, length));
    const last = this.#waiting[length - 1];
    this.#waiting = this.#waiting.slice(length);
    this.#doneWith(last?.sequenceNumber);
    // The next window begins when an invocation ends.
    this.#windowEndsAtMs = clock.now() + mapping.maximumBatchingWindowInSeconds * 1000;
  }

  /** With all that has been read, where nothing of it waits. */
  #doneWith(lastDelivered: string | undefined): void {
    const { reader } = this.#options;
    const sequenceNumber = this.#waiting.length === 0 ? reader.lastSequenceNumber : lastDelivered;
    if (sequenceNumber === undefined || sequenceNumber === this.#done) return;
    this.#done = sequenceNumber;
    reader.doneWith(sequenceNumber);
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

  /** Reads on, or waits when there is nothing to read. Whether the end is reached. */
  async #poll(): Promise<boolean> {
    const { clock, signal } = this.#options;
    const read = await this.#read();
    if (read === undefined) {
      await clock.sleep(RECOVERY_DELAY_MS, signal);
      return false;
    }
    this.#take(read.records);
    // Those that no filter matches are done with.
    if (this.#waiting.length === 0) this.#doneWith(undefined);
    if (read.isEnd) return true;
    if (read.records.length > 0) this.#pollIntervalMs = SHORTEST_POLL_INTERVAL_MS;
    else await this.#wait();
    return false;
  }

  async #wait(): Promise<void> {
    const { clock, signal } = this.#options;
    const untilWindowEndsMs =
      this.#waiting.length === 0 ? Number.POSITIVE_INFINITY : this.#windowEndsAtMs - clock.now();
    await clock.sleep(Math.min(this.#pollIntervalMs, Math.max(0, untilWindowEndsMs)), signal);
    this.#pollIntervalMs = Math.min(LONGEST_POLL_INTERVAL_MS, this.#pollIntervalMs * 2);
  }

  /** Undefined when the engine does not answer as it should. */
  async #read(): Promise<Read | undefined> {
    const { reader, log, mapping, signal } = this.#options;
    signal.throwIfAborted();
    try {
      // What it waits for may be of another part that has been closed.
      const read = await unlessAborted(reader.read(), signal);
      if (!this.#isReadable) log.info(`the stream of ${mapping.tableName} can be read again`);
      this.#isReadable = true;
      return read;
    } catch (error) {
      signal.throwIfAborted();
      if (this.#isReadable) log.warn(`the stream of ${mapping.tableName} cannot be read: ${String(error)}`);
      this.#isReadable = false;
      return undefined;
    }
  }

  /** Records that no filter matches are done with. What is older than a stream keeps is no longer there on AWS. */
  #take(records: readonly StreamRecord[]): void {
    const { clock, mapping, filters } = this.#options;
    const trimmedBeforeMs = clock.now() - STREAM_RETENTION_SECONDS * 1000;
    const wanted = records.filter(
      ({ arrivedAtMs, event }) =>
        arrivedAtMs >= trimmedBeforeMs && (filters.length === 0 || filters.some((matches) => matches(event))),
    );
    if (wanted.length === 0) return;
    if (this.#waiting.length === 0) {
      const windowMs = mapping.maximumBatchingWindowInSeconds * 1000;
      this.#windowEndsAtMs = clock.now() + windowMs;
    }
    this.#waiting.push(...wanted);
  }
}
