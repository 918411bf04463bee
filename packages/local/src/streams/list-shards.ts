import type { DynamoDbCall } from '../engine/dynamodb-call.ts';

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
