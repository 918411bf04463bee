import type { Clock } from '../clock.ts';
import { type DynamoDbCall, DynamoDbError } from '../engine/dynamodb-call.ts';
import type { EventSourceMapping, StartingPosition } from './event-source-mapping.ts';
import {
  type EngineRecord,
  type RecordSource,
  type StampRecords,
  type StreamRecord,
  toStreamRecord,
} from './stream-record.ts';

export interface ShardReaderOptions {
  readonly call: DynamoDbCall;
  readonly clock: Clock;
  /** What time it is for the engine, in epoch milliseconds. */
  engineNow(): number;
  readonly source: RecordSource;
  readonly mapping: Pick<EventSourceMapping, 'tableName'>;
  /** Without it, records are as the engine has them. */
  readonly stamp?: StampRecords;
  readonly shardId: string;
  readonly startingPosition: StartingPosition;
}

export interface Read {
  readonly records: readonly StreamRecord[];
  /** Whether the shard is closed and all of it has been read. */
  readonly isEnd: boolean;
}

/** As many as one call gives. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html */
const LIMIT = 1000;

/** Reads one shard of a stream from its starting position on, in order. */
export class ShardReader {
  readonly #options: ShardReaderOptions;
  #iterator: string | undefined;
  #lastSequenceNumber: string | undefined;

  constructor(options: ShardReaderOptions) {
    this.#options = options;
  }

  /** Takes the position: what arrives afterwards will be read. */
  async open(): Promise<void> {
    const { startingPosition } = this.#options;
    this.#iterator = await this.#iteratorAt({ ShardIteratorType: startingPosition });
  }

  /** What has arrived since the last time, nothing perhaps. Throws what the engine's calls throw. */
  async read(): Promise<Read> {
    const answer = await this.#getRecords();
    const records = (answer['Records'] ?? []) as readonly EngineRecord[];
    const { clock, source, engineNow, mapping, stamp } = this.#options;
    const stamped = stamp === undefined ? records : await stamp(mapping.tableName, records);
    this.#iterator = answer['NextShardIterator'] as string | undefined;
    this.#lastSequenceNumber = records.at(-1)?.dynamodb.SequenceNumber ?? this.#lastSequenceNumber;
    const now = { runtimeMs: clock.now(), engineMs: engineNow() };
    return {
      records: stamped.map((record) => toStreamRecord(record, source, now)),
      isEnd: this.#iterator === undefined,
    };
  }

  /** An iterator lives 15 minutes, and a batch that fails can hold its shard up for longer. */
  async #getRecords(): Promise<Record<string, unknown>> {
    try {
      return await this.#options.call('GetRecords', { ShardIterator: this.#iterator, Limit: LIMIT });
    } catch (error) {
      const name = error instanceof DynamoDbError ? error.name : '';
      if (name === 'ExpiredIteratorException') this.#iterator = await this.#renewedIterator();
      else if (name === 'TrimmedDataAccessException') this.#iterator = await this.#oldestIterator();
      else throw error;
      return this.#options.call('GetRecords', { ShardIterator: this.#iterator, Limit: LIMIT });
    }
  }

  #renewedIterator(): Promise<string> {
    return this.#lastSequenceNumber === undefined
      ? this.#iteratorAt({ ShardIteratorType: this.#options.startingPosition })
      : this.#iteratorAt({
          ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
          SequenceNumber: this.#lastSequenceNumber,
        });
  }

  #oldestIterator(): Promise<string> {
    return this.#iteratorAt({ ShardIteratorType: 'TRIM_HORIZON' });
  }

  async #iteratorAt(position: Readonly<Record<string, string>>): Promise<string> {
    const { call, source, shardId } = this.#options;
    const { ShardIterator: iterator } = await call('GetShardIterator', {
      StreamArn: source.engineStreamArn,
      ShardId: shardId,
      ...position,
    });
    return String(iterator);
  }
}
