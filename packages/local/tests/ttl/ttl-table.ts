import { randomUUID } from 'node:crypto';
import { createDynamoDbCall, type DynamoDbCall } from '../../src/engine/dynamodb-call.ts';
import type { TableDefinition } from '../../src/engine/table-keeper.ts';
import { createStreamsClient, type StreamsClient } from '../../src/streams/shard-reader.ts';
import type { EngineRecord } from '../../src/streams/stream-record.ts';
import { StreamEnd } from '../../src/ttl/streams-api.ts';
import { putTable } from '../support/put-table.ts';

export const region = 'eu-west-1';

export interface ExpiringTable {
  readonly definition: TableDefinition;
  readonly tableName: string;
  readonly streamArn: string;
  readonly call: DynamoDbCall;
  readonly streams: StreamsClient;
  /** Of items whose TTL is a number, unless it is an attribute. */
  put(id: string, ttl?: number | object): Promise<void>;
  remove(id: string): Promise<void>;
  /** The ids of what is there, in order. */
  ids(): Promise<readonly string[]>;
  /** All records that have been written since the table was made. */
  records(): Promise<readonly EngineRecord[]>;
}

/** Makes a table whose items expire by `expiresAt`, with a stream, in any engine. */
export async function createExpiringTable(url: string): Promise<ExpiringTable> {
  const tableName = `sessions-${randomUUID()}`;
  const definition = {
    tableName,
    ttlAttribute: 'expiresAt',
    createTable: {
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'part', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'part', AttributeType: 'N' },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    },
  };
  await putTable(url, region, definition);
  const call = createDynamoDbCall(url, region);
  const streams = createStreamsClient(url, region);
  const { Table: table } = await call('DescribeTable', { TableName: tableName });
  const streamArn = String(Object(table).LatestStreamArn);
  const end = await StreamEnd.take(streams.call, streamArn);
  const written: EngineRecord[] = [];
  const key = (id: string) => ({ id: { S: id }, part: { N: '1' } });
  return {
    definition,
    tableName,
    streamArn,
    call,
    streams,
    async put(id, ttl) {
      const value = typeof ttl === 'number' ? { N: String(ttl) } : ttl;
      const item = { ...key(id), ...(value === undefined ? {} : { expiresAt: value }) };
      await call('PutItem', { TableName: tableName, Item: item });
    },
    async remove(id) {
      await call('DeleteItem', { TableName: tableName, Key: key(id) });
    },
    async ids() {
      const ids: string[] = [];
      let last: unknown;
      do {
        const start = last === undefined ? {} : { ExclusiveStartKey: last };
        const page = await call('Scan', { TableName: tableName, ConsistentRead: true, ...start });
        for (const item of page['Items'] as { id: { S: string } }[]) ids.push(item.id.S);
        last = page['LastEvaluatedKey'] ?? undefined;
      } while (last !== undefined);
      return ids.sort();
    },
    async records() {
      while ((await end.read((record) => written.push(record))) > 0);
      return written;
    },
  };
}

/** Whose removal each record tells of, and by whom: `{ id: 'TTL' | 'caller' }`, the last one of each. */
export function removals(records: readonly EngineRecord[]): readonly string[] {
  return records
    .filter(({ eventName }) => eventName === 'REMOVE')
    .map(({ dynamodb, userIdentity }) => `${dynamodb.Keys?.['id']?.['S']} ${JSON.stringify(userIdentity)}`);
}

export const byTtl = (id: string) => `${id} {"Type":"Service","PrincipalId":"dynamodb.amazonaws.com"}`;
export const byCaller = (id: string) => `${id} undefined`;
