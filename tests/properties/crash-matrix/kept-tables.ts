import { isDeepStrictEqual } from 'node:util';
import { BatchWriteItemCommand, DescribeTableCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { createStreamsClient, listShards } from '@device-lifecycle/local/streams/shard-reader.ts';
import type { StoreFixture, TableName } from '@device-lifecycle/test-kit/store-fixture.ts';
import { type Item, scanTable } from '@device-lifecycle/test-kit/tables.ts';
import type { StreamRecord } from '../../support/table-changes.ts';

export type Items = Readonly<Record<TableName, ReadonlyMap<string, Item>>>;
export type Records = Readonly<Record<TableName, readonly StreamRecord[]>>;

export const TABLE_NAMES: readonly TableName[] = ['devices', 'invalidDevices'];
const BATCH = 25;

/** The two tables, to be read as a whole, set back, and followed. */
export interface KeptTables {
  read(): Promise<Items>;
  /** Makes them what they were; nobody who follows the streams hears of it. */
  restore(items: Items): Promise<void>;
  /** What the streams say since it was last asked. */
  pull(): Promise<Records>;
  close(): void;
}

function differences(is: ReadonlyMap<string, Item>, shouldBe: ReadonlyMap<string, Item>): WriteRequest[] {
  const deletions = [...is.keys()]
    .filter((id) => !shouldBe.has(id))
    .map((id) => ({ DeleteRequest: { Key: { id: { S: id } } } }));
  const puts = [...shouldBe]
    .filter(([id, item]) => !isDeepStrictEqual(is.get(id), item))
    .map(([, Item]) => ({ PutRequest: { Item } }));
  return [...deletions, ...puts];
}

export async function keepTables({ client, tables }: StoreFixture, endpoint: string): Promise<KeptTables> {
  const streams = createStreamsClient(endpoint, 'us-east-1');

  async function follow(table: TableName): Promise<() => Promise<readonly StreamRecord[]>> {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tables[table] }));
    const StreamArn = Table?.LatestStreamArn ?? '';
    const [shard, ...others] = await listShards(streams.call, StreamArn);
    if (shard === undefined || others.length > 0) throw new Error(`${table} has not one shard.`);
    const position = { StreamArn, ShardId: shard.ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    let iterator: unknown = (await streams.call('GetShardIterator', position))['ShardIterator'];
    return async () => {
      const records: StreamRecord[] = [];
      for (;;) {
        const page = await streams.call('GetRecords', { ShardIterator: iterator });
        iterator = page['NextShardIterator'];
        const found = page['Records'] as readonly StreamRecord[];
        if (found.length === 0) return records;
        records.push(...found);
      }
    };
  }
  const followers = { devices: await follow('devices'), invalidDevices: await follow('invalidDevices') };

  const read = async (): Promise<Items> => ({
    devices: await scanTable(client, tables.devices),
    invalidDevices: await scanTable(client, tables.invalidDevices),
  });
  const pull = async (): Promise<Records> => ({
    devices: await followers.devices(),
    invalidDevices: await followers.invalidDevices(),
  });
  return {
    read,
    pull,
    async restore(items) {
      const now = await read();
      for (const table of TABLE_NAMES) {
        const writes = differences(now[table], items[table]);
        for (let first = 0; first < writes.length; first += BATCH) {
          const RequestItems = { [tables[table]]: writes.slice(first, first + BATCH) };
          await client.send(new BatchWriteItemCommand({ RequestItems }));
        }
      }
      await pull();
    },
    close: () => streams.close(),
  };
}
