import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ResourceKeeper } from '../../src/contracts.ts';
import { createDynamoDbCall, type DynamoDbCall } from '../../src/engine/dynamodb-call.ts';
import { type Engine, startDynoxide } from '../../src/engine/dynoxide.ts';
import { createTableKeeper, type TableDefinition } from '../../src/engine/table-keeper.ts';

const region = 'us-east-1';
const STREAM = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' };

function definition(tableName: string, properties: object = {}, key = 'id'): TableDefinition {
  return {
    tableName,
    createTable: {
      TableName: tableName,
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: false,
      StreamSpecification: STREAM,
      ...properties,
    },
    ttlAttribute: 'ttl',
  };
}

const indexed = (tableName: string, ...indexes: readonly string[]) =>
  definition(tableName, {
    AttributeDefinitions: ['id', ...indexes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: indexes.map((AttributeName) => ({
      IndexName: `by-${AttributeName}`,
      KeySchema: [{ AttributeName, KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    })),
  });

describe('the keeper of tables', () => {
  let engine: Engine;
  let call: DynamoDbCall;
  let keeper: ResourceKeeper<TableDefinition>;
  let timesToLive: Map<string, string | undefined>;

  beforeAll(async () => {
    engine = await startDynoxide({
      log: silentLog,
    });
    call = createDynamoDbCall(engine.url, region);
  });

  beforeEach(() => {
    timesToLive = new Map();
    keeper = keeperAt(engine.url);
  });

  afterAll(async () => {
    await engine.close();
  });

  const keeperAt = (url: string) =>
    createTableKeeper({
      url,
      region,
      timeToLive: {
        attributeOf: (tableName) => timesToLive.get(tableName),
        isSaid: (_, attribute) => attribute === 'said',
        set: async (tableName, attribute) => void timesToLive.set(tableName, attribute),
        forget: async (tableName) => void timesToLive.delete(tableName),
      },
    });

  const describeTable = async (TableName: string) =>
    Object((await call('DescribeTable', { TableName }))['Table']);

  it('makes them with their streams, and leaves their TTL to the runtime', async () => {
    await Promise.all([keeper.put(definition('orders')), keeper.put(definition('customers'))]);

    const { TimeToLiveDescription: ttl } = await call('DescribeTimeToLive', { TableName: 'customers' });
    expect(await describeTable('orders')).toMatchObject({
      TableStatus: 'ACTIVE',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    expect(ttl).toEqual({ TimeToLiveStatus: 'DISABLED' });
    expect([...timesToLive]).toEqual(
      expect.arrayContaining([
        ['orders', 'ttl'],
        ['customers', 'ttl'],
      ]),
    );
  });

  it('leaves tables that are there as they are, with what is in them', async () => {
    await keeper.put(definition('kept'));
    await call('PutItem', { TableName: 'kept', Item: { id: { S: 'a' } } });
    const { LatestStreamArn: stream } = await describeTable('kept');

    await keeper.put(definition('kept'));

    expect(await call('GetItem', { TableName: 'kept', Key: { id: { S: 'a' } } })).toEqual({
      Item: { id: { S: 'a' } },
    });
    expect((await describeTable('kept')).LatestStreamArn).toBe(stream);
  });

  it('takes back what it has changed where the engine refuses the rest', async () => {
    await keeper.put(definition('refused'));
    const index = {
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    };
    const put = keeper.put(
      definition('refused', {
        DeletionProtectionEnabled: true,
        StreamSpecification: undefined,
        GlobalSecondaryIndexes: [{ ...index, IndexName: 'a' }],
      }),
    );
    await expect(put).rejects.toThrow(/^The table engine at .* did not make the table refused: Validation/);
    expect(await describeTable('refused')).toMatchObject({
      DeletionProtectionEnabled: false,
      StreamSpecification: STREAM,
    });
  });

  it('adds and removes indexes, whose items are those of the table', async () => {
    await keeper.put(indexed('indexed', 'colour'));
    await call('PutItem', { TableName: 'indexed', Item: { id: { S: 'a' }, size: { S: 'XL' } } });

    await keeper.put(indexed('indexed', 'size', 'shape'));

    const { GlobalSecondaryIndexes: indexes } = await describeTable('indexed');
    expect(indexes.map(({ IndexName }: { IndexName: string }) => IndexName).sort()).toEqual([
      'by-shape',
      'by-size',
    ]);
    const query = {
      TableName: 'indexed',
      IndexName: 'by-size',
      KeyConditionExpression: '#size = :size',
      ExpressionAttributeNames: { '#size': 'size' },
      ExpressionAttributeValues: { ':size': { S: 'XL' } },
    };
    expect(await call('Query', query)).toMatchObject({ Items: [{ id: { S: 'a' } }] });
  });

  it.each<[what: string, from: object, to: object, after: object]>([
    ['starts a stream', { StreamSpecification: undefined }, {}, { StreamSpecification: STREAM }],
    ['ends a stream', {}, { StreamSpecification: undefined }, { StreamSpecification: undefined }],
    [
      'gives another view of a stream',
      {},
      { StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } },
      { StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } },
    ],
    ['protects from deletion', {}, { DeletionProtectionEnabled: true }, { DeletionProtectionEnabled: true }],
    [
      'changes the billing mode',
      {},
      { BillingMode: 'PROVISIONED', ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 } },
      { ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 } },
    ],
  ])('%s', async (what, from, to, after) => {
    const tableName = what.replaceAll(' ', '-');
    await keeper.put(definition(tableName, from));
    await keeper.put(definition(tableName, to));
    const table = await describeTable(tableName);
    for (const [name, value] of Object.entries(after)) {
      if (value === undefined) expect(table).not.toHaveProperty(name);
      else expect(table).toMatchObject({ [name]: value });
    }
  });

  it.each([
    ['other keys', definition('changed', {}, 'other')],
    [
      'a key of another type',
      definition('changed', { AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }] }),
    ],
  ])('refuses tables that are there with %s', async (_, other) => {
    await keeper.put(definition('changed'));
    await expect(keeper.put(other)).rejects.toMatchObject({
      name: 'EngineError',
      message: expect.stringMatching(/^The table changed is there already, with other keys/),
    });
  });

  it('removes them with what is in them, and those that are not there', async () => {
    await keeper.put(definition('removed'));
    await keeper.remove(definition('removed'));
    await keeper.remove(definition('removed'));

    await expect(describeTable('removed')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(timesToLive.size).toBe(0);
  });

  it('does not remove one that is protected', async () => {
    const table = definition('protected', { DeletionProtectionEnabled: true });
    await keeper.put(table);
    await expect(keeper.remove(table)).rejects.toThrow(
      /did not remove the table protected: ValidationException/,
    );
    expect(timesToLive.has('protected')).toBe(true);
  });

  it("ends an engine's own TTL", async () => {
    await keeper.put(definition('expiring'));
    await call('UpdateTimeToLive', {
      TableName: 'expiring',
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });

    await keeper.put(definition('expiring'));

    const { TimeToLiveDescription: ttl } = await call('DescribeTimeToLive', { TableName: 'expiring' });
    expect(ttl).toMatchObject({ TimeToLiveStatus: 'DISABLED' });
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-timetolivespecification.html
  it('has TTL disabled before another attribute', async () => {
    const { ttlAttribute: _, ...withoutTtl } = definition('moved');
    const other = { ...withoutTtl, ttlAttribute: 'expires' };
    await keeper.put(definition('moved'));
    await expect(keeper.put(other)).rejects.toThrow(
      /TimeToLive is active on a different AttributeName: current AttributeName is ttl\./,
    );
    expect(timesToLive.get('moved')).toBe('ttl');

    // What a call has changed is not the stack's to change back.
    await keeper.put({ ...withoutTtl, ttlAttribute: 'said' });
    await keeper.put(withoutTtl);
    await keeper.put(other);
    expect(timesToLive.get('moved')).toBe('expires');
  });

  it("gives the engine's own words for what it refuses", async () => {
    await expect(keeper.put(definition('xyz', { KeySchema: [] }))).rejects.toThrow(
      /did not make the table xyz: ValidationException, /,
    );
  });

  it('says so when nothing answers', async () => {
    await expect(keeperAt('http://127.0.0.1:1').put(definition('orders'))).rejects.toMatchObject({
      name: 'EngineError',
      message: 'The table engine at http://127.0.0.1:1 cannot be reached: start it, or check the URL.',
    });
  });

  it('says so when something else answers', async () => {
    const other = createServer((_, response) => response.end('<p>It works!</p>')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await expect(keeperAt(url).put(definition('orders'))).rejects.toMatchObject({
      name: 'EngineError',
      message: `What answers at ${url} is not a DynamoDB engine: check the URL.`,
    });
    other.close();
    other.closeAllConnections();
  });
});
