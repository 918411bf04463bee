import type { AwsRequest, AwsResponse, AwsService } from '../aws.ts';
import { type DynamoDbCall, DynamoDbError } from '../engine/dynamodb-call.ts';
import { listShards } from '../streams/shard-reader.ts';
import { type EngineRecord, moveTime, type StampRecords } from '../streams/stream-record.ts';

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

interface StreamsApiOptions {
  /** Gives the records of removals by TTL their identity. */
  readonly stamp: StampRecords;
  /** By how many milliseconds the runtime's clock is ahead of the engine's. */
  offsetMs(): number;
}

const STREAMS = 'DynamoDBStreams_20120810.';
/** Not in ARNs. AWS's own iterators look alike: the stream's ARN, a bar, and more. */
const SEPARATOR = '|';
const ITERATOR = /^(arn:[^|]*)\|(.*)$/s;

/**
 * Lets callers read streams as AWS gives them: with the identity of removals by TTL, and by the runtime's clock. An
 * iterator says for itself which stream it is of. What is not about that goes to `next` as it is.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
 */
export function createStreamsApi(options: StreamsApiOptions, next: AwsService): AwsService {
  return async (request) => {
    const operation = String(request.headers['x-amz-target']).replace(STREAMS, '');
    if (operation === 'GetShardIterator') return getShardIterator(request, next);
    if (operation === 'GetRecords') return getRecords(request, options, next);
    return next(request);
  };
}

async function getShardIterator(request: AwsRequest, next: AwsService): Promise<AwsResponse> {
  const { StreamArn: streamArn } = parse(request.body);
  return change(await next(plain(request)), async ({ ShardIterator: iterator, ...answer }) => ({
    ...answer,
    ShardIterator: `${streamArn}${SEPARATOR}${iterator}`,
  }));
}

async function getRecords(
  request: AwsRequest,
  { stamp, offsetMs }: StreamsApiOptions,
  next: AwsService,
): Promise<AwsResponse> {
  const input = parse(request.body);
  const [, streamArn, iterator] = ITERATOR.exec(String(input['ShardIterator'])) ?? [];
  const body = iterator === undefined ? request.body : JSON.stringify({ ...input, ShardIterator: iterator });
  const response = await next(plain({ ...request, body: Buffer.from(body) }));
  return change(response, async (answer) => {
    const records = (answer['Records'] ?? []) as Parameters<StampRecords>[1];
    const stamped = streamArn === undefined ? records : await stamp(streamArn, records);
    const following = answer['NextShardIterator'];
    return {
      ...answer,
      Records: stamped.map((record) => moveTime(record, offsetMs())),
      ...(typeof following === 'string' && iterator !== undefined
        ? { NextShardIterator: `${streamArn}${SEPARATOR}${following}` }
        : {}),
    };
  });
}

/** Asks for an answer that can be read. */
function plain({ headers, ...request }: AwsRequest): AwsRequest {
  const { 'accept-encoding': _, ...rest } = headers;
  return { ...request, headers: rest };
}

/** Changes an answer that is not an error. */
async function change(
  response: AwsResponse,
  changed: (answer: Record<string, unknown>) => Promise<Record<string, unknown>>,
): Promise<AwsResponse> {
  if (response.status !== 200) return response;
  // The checksum is of the body as it was.
  const { 'x-amz-crc32': _, ...headers } = response.headers;
  const answer = Object(JSON.parse(response.body.toString()));
  return { ...response, headers, body: JSON.stringify(await changed(answer)) };
}

/** What the engine is to refuse is empty. */
function parse(body: Buffer): Record<string, unknown> {
  try {
    return Object(JSON.parse(body.toString('utf8')));
  } catch {
    return {};
  }
}
