import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTables, type TableDefinition } from '../../../../local/engine/create-tables.ts';
import { createDynamoDbCall, type DynamoDbCall } from '../../../../local/engine/dynamodb-call.ts';
import { type Engine, startDynoxide } from '../../../../local/engine/dynoxide.ts';

const region = 'us-east-1';

function definition(tableName: string, key = 'id'): TableDefinition {
  return {
    tableName,
    createTable: {
      TableName: tableName,
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: false,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    },
    ttlAttribute: 'ttl',
  };
}

describe('making the tables', () => {
  let engine: Engine;
  let call: DynamoDbCall;

  beforeAll(async () => {
    engine = await startDynoxide({
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    call = createDynamoDbCall(engine.url, region);
  });

  afterAll(async () => {
    await engine.close();
  });

  it('makes them with their streams, and leaves their TTL to the runtime', async () => {
    await createTables({ url: engine.url, region, tables: [definition('orders'), definition('customers')] });

    const { Table: table } = await call('DescribeTable', { TableName: 'orders' });
    const { TimeToLiveDescription: ttl } = await call('DescribeTimeToLive', { TableName: 'customers' });
    expect(table).toMatchObject({
      TableStatus: 'ACTIVE',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    expect(ttl).toEqual({ TimeToLiveStatus: 'DISABLED' });
  });

  it('leaves tables of a run before as they are, with what is in them', async () => {
    const tables = [definition('kept')];
    await createTables({ url: engine.url, region, tables });
    await call('PutItem', { TableName: 'kept', Item: { id: { S: 'a' } } });

    await createTables({ url: engine.url, region, tables });

    expect(await call('GetItem', { TableName: 'kept', Key: { id: { S: 'a' } } })).toEqual({
      Item: { id: { S: 'a' } },
    });
  });

  it('refuses tables that are there with other keys', async () => {
    await createTables({ url: engine.url, region, tables: [definition('changed')] });

    const again = createTables({ url: engine.url, region, tables: [definition('changed', 'other')] });

    await expect(again).rejects.toMatchObject({
      name: 'EngineError',
      message: expect.stringMatching(/^The table changed is there already, with other keys/),
    });
  });

  it("ends an engine's own TTL", async () => {
    const tables = [definition('expiring')];
    await createTables({ url: engine.url, region, tables });
    await call('UpdateTimeToLive', {
      TableName: 'expiring',
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });

    await createTables({ url: engine.url, region, tables });

    const { TimeToLiveDescription: ttl } = await call('DescribeTimeToLive', { TableName: 'expiring' });
    expect(ttl).toMatchObject({ TimeToLiveStatus: 'DISABLED' });
  });

  it("gives the engine's own words for what it refuses", async () => {
    const tables = [{ ...definition('x'), createTable: { ...definition('x').createTable, KeySchema: [] } }];
    await expect(createTables({ url: engine.url, region, tables })).rejects.toThrow(
      /did not make the table x: ValidationException, /,
    );
  });

  it('says so when nothing answers', async () => {
    const tables = [definition('orders')];
    await expect(createTables({ url: 'http://127.0.0.1:1', region, tables })).rejects.toMatchObject({
      name: 'EngineError',
      message: 'The table engine at http://127.0.0.1:1 cannot be reached: start it, or check the URL.',
    });
  });

  it('says so when something else answers', async () => {
    const other = createServer((_, response) => response.end('<p>It works!</p>')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await expect(createTables({ url, region, tables: [definition('orders')] })).rejects.toMatchObject({
      name: 'EngineError',
      message: `What answers at ${url} is not a DynamoDB engine: check the URL.`,
    });
    other.close();
    other.closeAllConnections();
  });
});
