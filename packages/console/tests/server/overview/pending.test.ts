import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { jsonAnswer, type WireRequest, wireConfig } from '@device-lifecycle/test-kit/sdk-answers.ts';
import { describe, expect, it } from '@jest/globals';
import { PENDING_SHARDS, pendingPartition } from '../../../../../shared/adapters/device-store/records.ts';
import { countPending } from '../../../src/server/overview/pending.ts';

const tables = { devices: 'devices', invalidDevices: 'invalid' };
const keyOf = (table: unknown, partition: unknown) => `${table}/${partition}`;

function partitionOf({ input }: WireRequest): string {
  const values = input['ExpressionAttributeValues'] as { readonly ':partition': { readonly S: string } };
  return keyOf(input['TableName'], values[':partition'].S);
}

describe('countPending', () => {
  it('asks for every partition that the functions spread the work over, each once', async () => {
    const asked: string[] = [];
    const client = new DynamoDBClient(
      wireConfig((request) => {
        asked.push(partitionOf(request));
        return jsonAnswer({ Count: 1 });
      }),
    );
    const shards = Array.from({ length: PENDING_SHARDS }, (_, shard) => shard);
    const expected = [
      ...shards.map((shard) => keyOf(tables.devices, pendingPartition('credentials', shard))),
      ...shards.map((shard) => keyOf(tables.invalidDevices, pendingPartition('credentials', shard))),
      ...shards.map((shard) => keyOf(tables.invalidDevices, pendingPartition('purge', shard))),
    ];
    expect(await countPending(client, tables)).toEqual({
      credentials: { count: 32, isAtLeast: false },
      purges: { count: 16, isAtLeast: false },
    });
    expect(asked.toSorted()).toEqual(expected.toSorted());
  });

  it('reads a little of what is very much, and says that there is more', async () => {
    const asked: WireRequest[] = [];
    const client = new DynamoDBClient(
      wireConfig((request) => {
        if (partitionOf(request) !== keyOf(tables.devices, '0')) return jsonAnswer({ Count: 0 });
        asked.push(request);
        return jsonAnswer({ Count: 1_000, LastEvaluatedKey: { id: { S: 'more' } } });
      }),
    );
    const { credentials } = await countPending(client, tables);
    expect(credentials).toEqual({ count: 1_000, isAtLeast: true });
    expect(asked.map(({ input }) => input['Limit'])).toEqual([1_000]);
  });
});
