import { randomUUID } from 'node:crypto';
import { createDynamoDbCall, type DynamoDbCall } from '../../src/engine/dynamodb-call.ts';
import { putTable } from '../support/put-table.ts';

export interface StreamTable {
  readonly tableName: string;
  put(id: string, value?: string): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Makes a table with a stream, in any engine. */
export async function createStreamTable(url: string, region: string): Promise<StreamTable> {
  const tableName = `orders-${randomUUID()}`;
  const createTable = {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  };
  await putTable(url, region, { tableName, createTable });
  const call: DynamoDbCall = createDynamoDbCall(url, region);
  return {
    tableName,
    async put(id, value = '1') {
      await call('PutItem', { TableName: tableName, Item: { id: { S: id }, value: { N: value } } });
    },
    async remove(id) {
      await call('DeleteItem', { TableName: tableName, Key: { id: { S: id } } });
    },
  };
}
