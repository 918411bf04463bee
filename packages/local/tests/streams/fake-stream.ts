import { type DynamoDbCall, DynamoDbError, EngineError } from '../../src/engine/dynamodb-call.ts';

interface FakeShard {
  readonly shardId: string;
  readonly parentShardId?: string;
  readonly records: object[];
  isClosed: boolean;
}

export const engineStreamArn = 'arn:aws:dynamodb:engine:000000000000:table/orders/stream/1';

/** A stream as an engine's API gives it, with faults when asked for. */
export class FakeStream {
  isReachable = true;
  /** Makes every iterator that was handed out useless. */
  generation = 0;
  readonly #shards: FakeShard[] = [];
  #sequenceNumber = 100;
  #eventId = 0;

  addShard(shardId: string, parentShardId?: string): void {
    const shard = { shardId, records: [], isClosed: false };
    this.#shards.push(parentShardId === undefined ? shard : { ...shard, parentShardId });
  }

  closeShard(shardId: string): void {
    this.#shard(shardId).isClosed = true;
  }

  /** Drops all records, as a stream does after a day. */
  trim(): void {
    for (const { records } of this.#shards) records.length = 0;
  }

  /** Adds the record of a removal by TTL, with the identity as an API gives it. */
  expire(id: string, userIdentity: object): void {
    this.put(id);
    Object.assign(this.#shard('shard-1').records.at(-1) ?? {}, { eventName: 'REMOVE', userIdentity });
  }

  /** Adds a record of the item `id`; gives its sequence number. `createdAtSeconds` is the engine's time. */
  put(id: string, createdAtSeconds = 1_767_225_600, shardId = 'shard-1'): string {
    this.#sequenceNumber += 1;
    this.#eventId += 1;
    const image = { id: { S: id }, big: { N: '12345678901234567890123456789012345678' } };
    this.#shard(shardId).records.push({
      eventID: String(this.#eventId),
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'engine',
      dynamodb: {
        ApproximateCreationDateTime: createdAtSeconds,
        Keys: { id: image.id },
        NewImage: image,
        SequenceNumber: String(this.#sequenceNumber),
        SizeBytes: 10,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
    return String(this.#sequenceNumber);
  }

  readonly call: DynamoDbCall = async (operation, input) => {
    if (!this.isReachable) throw new EngineError('The table engine cannot be reached.');
    const parameters = input as Record<string, string>;
    switch (operation) {
      case 'DescribeStream':
        return { StreamDescription: this.#describe(parameters['ExclusiveStartShardId']) };
      case 'GetShardIterator':
        return { ShardIterator: this.#iterator(parameters) };
      case 'GetRecords':
        return this.#records(String(parameters['ShardIterator']));
      default:
        throw new DynamoDbError('UnknownOperationException', operation);
    }
  };

  /** One shard a page. */
  #describe(exclusiveStart: string | undefined) {
    const from = this.#shards.findIndex(({ shardId }) => shardId === exclusiveStart) + 1;
    const page = this.#shards.slice(from, from + 1);
    return {
      Shards: page.map(({ shardId, parentShardId }) => ({
        ShardId: shardId,
        ...(parentShardId === undefined ? {} : { ParentShardId: parentShardId }),
      })),
      ...(from + 1 < this.#shards.length ? { LastEvaluatedShardId: page[0]?.shardId } : {}),
    };
  }

  #iterator(parameters: Record<string, string>): string {
    const shardId = String(parameters['ShardId']);
    const { records } = this.#shard(shardId);
    const type = parameters['ShardIteratorType'];
    const after = records.findIndex((record) => sequenceNumberOf(record) === parameters['SequenceNumber']);
    if (type === 'AFTER_SEQUENCE_NUMBER' && after < 0) {
      throw new DynamoDbError('TrimmedDataAccessException', shardId);
    }
    const positions: Record<string, number> = {
      TRIM_HORIZON: 0,
      LATEST: records.length,
      AFTER_SEQUENCE_NUMBER: after + 1,
    };
    return `${this.generation}/${shardId}/${positions[String(type)]}`;
  }

  #records(iterator: string): Record<string, unknown> {
    const [generation, shardId = '', position] = iterator.split('/');
    if (Number(generation) !== this.generation) throw new DynamoDbError('ExpiredIteratorException', iterator);
    const { records, isClosed } = this.#shard(shardId);
    const page = records.slice(Number(position));
    return {
      Records: page,
      ...(isClosed ? {} : { NextShardIterator: `${generation}/${shardId}/${records.length}` }),
    };
  }

  #shard(shardId: string): FakeShard {
    const shard = this.#shards.find((candidate) => candidate.shardId === shardId);
    if (shard === undefined) throw new DynamoDbError('ResourceNotFoundException', shardId);
    return shard;
  }
}

function sequenceNumberOf(record: object): string {
  return Object(record).dynamodb.SequenceNumber;
}
