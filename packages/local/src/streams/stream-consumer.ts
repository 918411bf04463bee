import type { Clock } from '../clock.ts';
import type { FunctionInvoker, QueueSender, RuntimeLog } from '../contracts.ts';
import type { DynamoDbCall } from '../engine/dynamodb-call.ts';
import { compilePattern, type EventPattern } from '../event-pattern/compile-pattern.ts';
import { BatchDelivery } from './batch-delivery.ts';
import type { Positions } from './positions.ts';
import type { StartingPosition, StreamMapping } from './read-mapping.ts';
import { ShardConsumer } from './shard-consumer.ts';
import { listShards, type Shard, ShardReader } from './shard-reader.ts';
import type { StampRecords } from './stream-record.ts';

interface StreamConsumerOptions {
  readonly queues: QueueSender;
  readonly mapping: StreamMapping;
  /** Of the DynamoDB Streams API. */
  readonly call: DynamoDbCall;
  readonly engineStreamArn: string;
  readonly positions: Positions;
  readonly region: string;
  /** Without it, records are as the engine has them. */
  readonly stamp?: StampRecords;
  readonly functions: Pick<FunctionInvoker, 'invoke'>;
  readonly clock: Clock;
  /** What time it is for the engine, in epoch milliseconds. */
  engineNow(): number;
  readonly log: RuntimeLog;
  readonly signal: AbortSignal;
  /** Delivers a shard's batches otherwise than they come: for faults, and none by default. */
  readonly alter?: AlterDelivery;
  /** Hears whether the last invocation succeeded. */
  onProcessed(succeeded: boolean): void;
}

/** Takes the delivery of a shard of a table's stream, and gives the one that its batches go to. */
export type AlterDelivery = (
  delivery: Pick<BatchDelivery, 'deliver'>,
  tableName: string,
) => Pick<BatchDelivery, 'deliver'>;

/**
 * How often to look for new shards, besides when one ends, as it does wherever new ones come from. Not often: to describe
 * a stream, dynoxide reads all of its records, and does nothing else meanwhile.
 */
const DISCOVERY_INTERVAL_MS = 300_000;
/** Before another try when shards cannot be listed, or one cannot be read. */
const RETRY_INTERVAL_MS = 10_000;

/** Consumes all shards of a stream for one mapping: at the same time, but parents before their children. */
export class StreamConsumer {
  readonly #options: StreamConsumerOptions;
  readonly #filters: readonly EventPattern[];
  readonly #started = new Set<string>();
  readonly #ended = new Set<string>();
  /** Each resolves when its shard has ended, or the consumer has. */
  readonly #running = new Set<Promise<void>>();

  constructor(options: StreamConsumerOptions) {
    this.#options = options;
    this.#filters = options.mapping.filters.map((filter) => compilePattern(filter));
  }

  /** Resolves once the positions are taken: what is written afterwards will be consumed. Throws what calls throw. */
  async start(): Promise<void> {
    const { mapping, positions } = this.#options;
    // Shards that have come since an earlier runtime are read from their beginning.
    await this.#startShards(positions.areKnown ? 'TRIM_HORIZON' : mapping.startingPosition);
    this.#run(this.#discover());
  }

  /** Resolves once nothing of it runs any more, which the signal has to bring about. */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #startShards(position: StartingPosition): Promise<void> {
    const shards = await listShards(this.#options.call, this.#options.engineStreamArn);
    const known = new Set(shards.map(({ ShardId }) => ShardId));
    // From LATEST, a parent has nothing left that would have to come first.
    const isReady = ({ ParentShardId: parent }: Shard) =>
      position === 'LATEST' || parent === undefined || !known.has(parent) || this.#ended.has(parent);
    const ready = shards.filter((shard) => !this.#started.has(shard.ShardId) && isReady(shard));
    await Promise.all(ready.map(({ ShardId }) => this.#startShard(ShardId, position)));
  }

  async #startShard(shardId: string, startingPosition: StartingPosition): Promise<void> {
    const { mapping, engineStreamArn, region } = this.#options;
    this.#started.add(shardId);
    const source = { streamArn: mapping.streamArn, region, engineStreamArn };
    const reader = new ShardReader({ ...this.#options, source, shardId, startingPosition });
    try {
      await reader.open();
    } catch (error) {
      this.#started.delete(shardId);
      throw error;
    }
    this.#run(this.#consumeShard(reader, shardId).then(() => this.#shardEnded(shardId)));
  }

  /** Whatever goes wrong unexpectedly is told, and the shard is read on from its position after a pause. */
  async #consumeShard(reader: ShardReader, shardId: string): Promise<void> {
    const { clock, log, mapping, signal } = this.#options;
    for (let isOpen = true; ; isOpen = false) {
      try {
        if (!isOpen) await reader.open();
        return await this.#consumeOnce(reader, shardId);
      } catch (error) {
        signal.throwIfAborted();
        const seconds = RETRY_INTERVAL_MS / 1000;
        log.error(
          `the stream of ${mapping.tableName} is read on in ${seconds} s, after an unexpected error: ${String(error)}`,
        );
      }
      await clock.sleep(RETRY_INTERVAL_MS, signal);
    }
  }

  async #consumeOnce(reader: ShardReader, shardId: string): Promise<void> {
    const { alter = (unaltered) => unaltered, mapping } = this.#options;
    const ending = new AbortController();
    const signal = AbortSignal.any([this.#options.signal, ending.signal]);
    const options = { ...this.#options, signal };
    try {
      const delivery = alter(new BatchDelivery({ ...options, shardId }), mapping.tableName);
      await new ShardConsumer({ ...options, filters: this.#filters, reader, delivery }).run();
    } finally {
      // What other lanes deliver still is delivered again.
      ending.abort(new Error('The shard is read anew.'));
    }
  }

  /** Its children may be there already. */
  async #shardEnded(shardId: string): Promise<void> {
    this.#ended.add(shardId);
    await this.#startNewShards();
  }

  async #discover(): Promise<void> {
    const { clock, signal } = this.#options;
    for (;;) {
      await clock.sleep(DISCOVERY_INTERVAL_MS, signal);
      await this.#startNewShards();
    }
  }

  async #startNewShards(): Promise<void> {
    const { clock, log, mapping, signal } = this.#options;
    for (;;) {
      try {
        return await this.#startShards('TRIM_HORIZON');
      } catch (error) {
        signal.throwIfAborted();
        log.warn(`the shards of ${mapping.tableName} cannot be listed, and will be later: ${String(error)}`);
      }
      await clock.sleep(RETRY_INTERVAL_MS, signal);
    }
  }

  #run(work: Promise<void>): void {
    const { log, mapping, signal } = this.#options;
    const done = work
      .catch((error: unknown) => {
        if (!signal.aborted)
          log.error(`the stream of ${mapping.tableName} is read no more: ${String(error)}`);
      })
      .finally(() => this.#running.delete(done));
    this.#running.add(done);
  }
}
