import { Agent as SecureAgent } from 'node:https';
import type { Clock } from '../clock.ts';
import { callEngine, type DynamoDbCall, DynamoDbError, engineHeaders } from '../engine/dynamodb-call.ts';
import { Agent } from '../listen.ts';
import type { Position, Positions } from './positions.ts';
import type { StartingPosition } from './read-mapping.ts';
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
  /** Without it, records are as the engine has them. */
  readonly stamp?: StampRecords;
  readonly shardId: string;
  /** Where to begin in a shard that has no position yet. */
  readonly startingPosition: StartingPosition;
  readonly positions: Positions;
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
  #sinceMs: number | undefined;

  constructor(options: ShardReaderOptions) {
    this.#options = options;
  }

  /** Takes the position: what arrives afterwards will be read. */
  async open(): Promise<void> {
    const { positions, shardId, startingPosition, engineNow } = this.#options;
    const position = positions.get(shardId);
    if (position !== undefined) return this.#goOn(position);
    // Records tell of the second that they were written in.
    const sinceMs = Math.floor(engineNow() / 1000) * 1000;
    this.#iterator = await this.#iteratorAt({ ShardIteratorType: startingPosition });
    positions.set(shardId, startingPosition === 'LATEST' ? { sinceMs } : {});
  }

  /** The last record that was read. */
  get lastSequenceNumber(): string | undefined {
    return this.#lastSequenceNumber;
  }

  /** The next runtime begins after this record. */
  doneWith(sequenceNumber: string): void {
    const { positions, shardId } = this.#options;
    positions.set(shardId, { sequenceNumber });
  }

  /** What has arrived since the last time, nothing perhaps. Throws what the engine's calls throw. */
  async read(): Promise<Read> {
    const answer = await this.#getRecords();
    const records = (answer['Records'] ?? []) as readonly EngineRecord[];
    const { clock, source, engineNow, stamp } = this.#options;
    const stamped = stamp === undefined ? records : await stamp(source.engineStreamArn, records);
    this.#iterator = answer['NextShardIterator'] as string | undefined;
    this.#lastSequenceNumber = records.at(-1)?.dynamodb.SequenceNumber ?? this.#lastSequenceNumber;
    const now = { runtimeMs: clock.now(), engineMs: engineNow() };
    const wanted = stamped.filter(
      ({ dynamodb }) => dynamodb.ApproximateCreationDateTime * 1000 >= (this.#sinceMs ?? 0),
    );
    return {
      records: wanted.map((record) => toStreamRecord(record, source, now)),
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

  /** Where an earlier runtime has stopped. What the stream has dropped since is no longer there on AWS either. */
  async #goOn({ sequenceNumber, sinceMs }: Position): Promise<void> {
    this.#lastSequenceNumber = sequenceNumber;
    this.#sinceMs = sinceMs;
    try {
      this.#iterator =
        sequenceNumber === undefined
          ? await this.#oldestIterator()
          : await this.#iteratorAfter(sequenceNumber);
    } catch (error) {
      if (!(error instanceof DynamoDbError) || error.name !== 'TrimmedDataAccessException') throw error;
      this.#iterator = await this.#oldestIterator();
    }
  }

  #iteratorAfter(sequenceNumber: string): Promise<string> {
    return this.#iteratorAt({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequenceNumber });
  }

  #renewedIterator(): Promise<string> {
    if (this.#lastSequenceNumber !== undefined) return this.#iteratorAfter(this.#lastSequenceNumber);
    if (this.#sinceMs !== undefined) return this.#oldestIterator();
    return this.#iteratorAt({ ShardIteratorType: this.#options.startingPosition });
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

export interface Shard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
}

/** All shards of a stream, page by page. `call` is of the DynamoDB Streams API; throws what it throws. */
export async function listShards(call: DynamoDbCall, streamArn: string): Promise<readonly Shard[]> {
  const shards: Shard[] = [];
  let next: object = {};
  for (;;) {
    const { StreamDescription: description } = await call('DescribeStream', {
      StreamArn: streamArn,
      ...next,
    });
    const { Shards: page = [], LastEvaluatedShardId: last } = Object(description);
    shards.push(...page);
    if (last === undefined || last === null) return shards;
    next = { ExclusiveStartShardId: last };
  }
}

export interface StreamsClient {
  /** Calls an operation of the DynamoDB Streams API. Throws what {@link DynamoDbCall} throws. */
  readonly call: DynamoDbCall;
  /** Ends the connections. */
  close(): void;
}

/** A client for the streams of a local engine, over connections that are kept: polling is most of what an idle stack does. */
export function createStreamsClient(url: string, region: string): StreamsClient {
  const isSecure = new URL(url).protocol === 'https:';
  const agent = isSecure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const call: DynamoDbCall = (operation, input) =>
    callEngine(url, engineHeaders(`DynamoDBStreams_20120810.${operation}`, region), input, agent);
  return { call, close: () => agent.destroy() };
}

/** Waits for `work`, but no longer than until `signal` aborts: rejects with its reason then; the work goes on. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
