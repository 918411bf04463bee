import { type DynamoDbCall, DynamoDbError } from '../engine/dynamodb-call.ts';
import { listShards } from '../streams/list-shards.ts';
import type { EngineRecord } from '../streams/stream-record.ts';

type Position = 'LATEST' | 'TRIM_HORIZON';

/** Reads a stream from its end on: what is added from now on. */
export class StreamEnd {
  readonly #call: DynamoDbCall;
  readonly streamArn: string;
  readonly #known = new Set<string>();
  /** Of the shards that go on, by their ids. */
  readonly #iterators = new Map<string, string>();
  #mayHaveNewShards = false;

  private constructor(call: DynamoDbCall, streamArn: string) {
    this.#call = call;
    this.streamArn = streamArn;
  }

  /** Takes the position. `call` is of the DynamoDB Streams API; throws what it throws. */
  static async take(call: DynamoDbCall, streamArn: string): Promise<StreamEnd> {
    return StreamEnd.#takeAt('LATEST', call, streamArn);
  }

  /** As `take`, at the beginning: with all that the stream still has. */
  static async takeStart(call: DynamoDbCall, streamArn: string): Promise<StreamEnd> {
    return StreamEnd.#takeAt('TRIM_HORIZON', call, streamArn);
  }

  static async #takeAt(position: Position, call: DynamoDbCall, streamArn: string): Promise<StreamEnd> {
    const end = new StreamEnd(call, streamArn);
    await end.#follow(position);
    return end;
  }

  /**
   * Hands on what is new, of all shards, and resolves to how many records that were; none when everything has been
   * read. Throws what calls throw, and can go on then.
   */
  async read(take: (record: EngineRecord) => void): Promise<number> {
    let count = 0;
    for (const [shardId, iterator] of [...this.#iterators]) {
      const answer = await this.#getRecords(shardId, iterator);
      const records = (answer['Records'] ?? []) as readonly EngineRecord[];
      records.forEach(take);
      count += records.length;
      const next = answer['NextShardIterator'];
      if (typeof next === 'string') this.#iterators.set(shardId, next);
      else this.#shardEnded(shardId);
    }
    if (this.#mayHaveNewShards) await this.#follow('TRIM_HORIZON');
    return count;
  }

  /** DynamoDB Local does not read on from the end of a shard that was empty: all that it has is new then. */
  async #getRecords(shardId: string, iterator: string): Promise<Record<string, unknown>> {
    try {
      return await this.#call('GetRecords', { ShardIterator: iterator });
    } catch (error) {
      if (!(error instanceof DynamoDbError) || error.name !== 'TrimmedDataAccessException') throw error;
      const start = await this.#iteratorAt(shardId, 'TRIM_HORIZON');
      return this.#call('GetRecords', { ShardIterator: start });
    }
  }

  #shardEnded(shardId: string): void {
    this.#iterators.delete(shardId);
    this.#mayHaveNewShards = true;
  }

  async #follow(position: Position): Promise<void> {
    for (const { ShardId: shardId } of await listShards(this.#call, this.streamArn)) {
      if (this.#known.has(shardId)) continue;
      this.#iterators.set(shardId, await this.#iteratorAt(shardId, position));
      this.#known.add(shardId);
    }
    this.#mayHaveNewShards = false;
  }

  async #iteratorAt(shardId: string, position: Position): Promise<string> {
    const { ShardIterator: iterator } = await this.#call('GetShardIterator', {
      StreamArn: this.streamArn,
      ShardId: shardId,
      ShardIteratorType: position,
    });
    return String(iterator);
  }
}
