import { randomUUID } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { CreateTableCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { createDynamoDbClient } from '../../../shared/adapters/clients.ts';
import type { Tables } from '../../../shared/adapters/device-store/operation.ts';

export type Item = Record<string, AttributeValue>;

/** A client of an engine, with the SDK's own retries off: what is retried is then our doing. */
export const createTestClient = (endpoint: string): DynamoDBClient =>
  createDynamoDbClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });

async function createTable(client: DynamoDBClient, TableName: string): Promise<string> {
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'pendingCredentials', AttributeType: 'S' },
        { AttributeName: 'pendingSince', AttributeType: 'N' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'pending-credentials',
          KeySchema: [
            { AttributeName: 'pendingCredentials', KeyType: 'HASH' },
            { AttributeName: 'pendingSince', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  return TableName;
}

/**
 * Two tables of their own for whoever asks, as the deployment has them, but for TTL: an engine that removes what has
 * expired goes by its own clock, not by the tests'.
 */
export async function createTables(client: DynamoDBClient): Promise<Tables> {
  const id = randomUUID().slice(0, 8);
  return {
    devices: await createTable(client, `devices-${id}`),
    invalidDevices: await createTable(client, `invalid-devices-${id}`),
  };
}

/** All items of a table by id, as they are stored. */
export async function scanTable(client: DynamoDBClient, table: string): Promise<Map<string, Item>> {
  const items = new Map<string, Item>();
  for await (const { Items = [] } of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
    for (const item of Items) items.set(item['id']?.S ?? '', item);
  }
  return items;
}
