import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';
import type { EventPattern } from '../event-pattern/compile-pattern.ts';
import type { BatchDelivery } from './batch-delivery.ts';
import { STREAM_RETENTION_SECONDS, type StreamMapping } from './read-mapping.ts';
import { type Read, type ShardReader, unlessAborted } from './shard-reader.ts';
import type { StreamRecord } from './stream-record.ts';

interface LaneOptions {
  readonly mapping: Pick<StreamMapping, 'batchSize' | 'maximumBatchingWindowInSeconds'>;
  readonly delivery: Pick<BatchDelivery, 'deliver'>;
  readonly clock: Clock;
}

/** The largest event of a synchronous invocation is 6 MB; something is left for what is around the records. */
const MAX_BATCH_BYTES = 6_000_000;

/** Records of a shard that are delivered in order, a batch after the other: all that have some keys. */
class Lane {
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

interface ShardConsumerOptions {
  readonly mapping: StreamMapping;
  readonly filters: readonly EventPattern[];
  readonly reader: ShardReader;
  readonly delivery: Pick<BatchDelivery, 'deliver'>;
  readonly clock: Clock;
  readonly log: RuntimeLog;
  readonly signal: AbortSignal;
}

/**
 * While records come, the next ones are looked for soon; the longer none come, the less often, down to what AWS does
 * (four times a second and shard), so that an idle stack costs next to nothing.
 */
const SHORTEST_POLL_INTERVAL_MS = 25;
const LONGEST_POLL_INTERVAL_MS = 200;

const RECOVERY_DELAY_MS = 1000;

/** How many records may wait while some are delivered, before reading stops. */
const MAX_WAITING = 10_000;

/**
 * Reads one shard, in order, and has its batches delivered: one after the other, or several at a time, each with the
 * items of other keys.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
 */
export class ShardConsumer {
  readonly #options: ShardConsumerOptions;
  readonly #lanes: readonly Lane[];
  /** What each lane delivers at present. */
  readonly #delivering = new Map<Lane, Promise<void>>();
  /** Of records that are not done with, and of those after the first of them; in order. */
  #order: string[] = [];
  readonly #delivered = new Set<string>();
  #failure: { readonly reason: unknown } | undefined;
  #pollIntervalMs = SHORTEST_POLL_INTERVAL_MS;
  #isReadable = true;
  /** The last record that the reader knows to be done with. */
  #done: string | undefined;

  constructor(options: ShardConsumerOptions) {
    this.#options = options;
    const { parallelizationFactor } = options.mapping;
    this.#lanes = Array.from({ length: parallelizationFactor }, () => new Lane(options));
  }

  /** Resolves once the shard is closed and all of it is delivered. Rejects with the signal's reason. */
  async run(): Promise<void> {
    for (let isEnd = false; !isEnd || this.#order.length > 0; ) {
      this.#startBatches(isEnd);
      if (this.#mustWait(isEnd)) await Promise.race(this.#delivering.values());
      else isEnd = await this.#poll();
      if (this.#failure !== undefined) throw this.#failure.reason;
    }
  }

  #startBatches(isEnd: boolean): void {
    for (const lane of this.#lanes) {
      if (this.#delivering.has(lane) || !lane.isDue(isEnd)) continue;
      const delivered = lane
        .deliver()
        .then((records) => this.#doneWith(records))
        .catch((reason: unknown) => {
          this.#failure = { reason };
        })
        .finally(() => this.#delivering.delete(lane));
      this.#delivering.set(lane, delivered);
    }
  }

  /** Whether there is nothing to do before a batch is delivered. */
  #mustWait(isEnd: boolean): boolean {
    const busy = this.#delivering.size;
    if (busy === 0) return false;
    return isEnd || busy === this.#lanes.length || this.#order.length >= MAX_WAITING;
  }

  /** The position is before the first record that is not done with; at what has been read, where there is none. */
  #doneWith(records: readonly StreamRecord[]): void {
    const { reader } = this.#options;
    for (const { sequenceNumber } of records) this.#delivered.add(sequenceNumber);
    const firstLeft = this.#order.findIndex((sequenceNumber) => !this.#delivered.has(sequenceNumber));
    const done = this.#order.splice(0, firstLeft < 0 ? this.#order.length : firstLeft);
    for (const sequenceNumber of done) this.#delivered.delete(sequenceNumber);
    const position = this.#order.length === 0 ? reader.lastSequenceNumber : done.at(-1);
    if (position === undefined || position === this.#done) return;
    this.#done = position;
    reader.doneWith(position);
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
    if (this.#order.length === 0) this.#doneWith([]);
    if (read.isEnd) return true;
    if (read.records.length > 0) this.#pollIntervalMs = SHORTEST_POLL_INTERVAL_MS;
    else await this.#wait();
    return false;
  }

  async #wait(): Promise<void> {
    const { clock, signal } = this.#options;
    const idle = this.#lanes.filter((lane) => !this.#delivering.has(lane));
    const untilWindowEndsMs = Math.min(...idle.map((lane) => lane.windowEndsAtMs)) - clock.now();
    const sleep = clock.sleep(Math.min(this.#pollIntervalMs, Math.max(0, untilWindowEndsMs)), signal);
    await Promise.race([sleep, ...this.#delivering.values()]);
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
    const { clock, filters } = this.#options;
    const trimmedBeforeMs = clock.now() - STREAM_RETENTION_SECONDS * 1000;
    const wanted = records.filter(
      ({ arrivedAtMs, event }) =>
        arrivedAtMs >= trimmedBeforeMs && (filters.length === 0 || filters.some((matches) => matches(event))),
    );
    for (const record of wanted) {
      this.#order.push(record.sequenceNumber);
      this.#laneOf(record)?.add(record);
    }
  }

  /** All records of an item have the same. */
  #laneOf({ event }: StreamRecord): Lane | undefined {
    if (this.#lanes.length === 1) return this.#lanes[0];
    const keys = JSON.stringify(Object.entries(Object(event['dynamodb'])['Keys'] ?? {}).sort());
    const hash = createHash('md5').update(keys).digest().readUInt32BE();
    return this.#lanes[hash % this.#lanes.length];
  }
}
