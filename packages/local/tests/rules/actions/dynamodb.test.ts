import { startDynoxide } from '@device-lifecycle/test-kit/dynoxide.ts';
import type { TableEngine } from '@device-lifecycle/test-kit/table-engine.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createForwarder, type Forwarder } from '../../../src/endpoint/forwarder.ts';
import { createServiceCall, type DynamoDbCall, DynamoDbError } from '../../../src/engine/dynamodb-call.ts';
import type { IotLogEntry } from '../../../src/iot-log.ts';
import { startRule } from './start-rule.ts';

const TableName = 'orders';
let engine: TableEngine;
let forwarder: Forwarder;
let dynamodb: DynamoDbCall;

beforeAll(async () => {
  engine = await startDynoxide();
  forwarder = createForwarder({ url: engine.endpoint });
  dynamodb = createServiceCall(forwarder.handle, 'us-east-1');
});

afterAll(async () => {
  forwarder.close();
  await engine.stop();
});

beforeEach(async () => {
  const { TableNames } = await dynamodb('ListTables', {});
  if ((TableNames as string[]).includes(TableName)) await dynamodb('DeleteTable', { TableName });
  await dynamodb('CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'id', KeyType: 'HASH' },
      { AttributeName: 'at', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'at', AttributeType: 'N' },
    ],
  });
});

const items = async () => (await dynamodb('Scan', { TableName })).Items;

// https://docs.aws.amazon.com/iot/latest/developerguide/dynamodb-v2-rule-action.html
describe('the action dynamoDBv2', () => {
  const action = { dynamoDBv2: { putItem: { tableName: TableName } } };

  it('writes each root key to a column of its own', async () => {
    const { publish, failures } = startRule(action, { dynamodb });

    await publish(
      Buffer.from(
        '{"id":"a","at":1,"text":"","exact":1234567890.1234567890123456789,"on":true,"none":null,"list":[1,{"x":"y"}],"map":{"n":1}}',
      ),
    );

    expect(failures).toEqual([]);
    expect(await items()).toEqual([
      {
        id: { S: 'a' },
        at: { N: '1' },
        text: { S: '' },
        exact: { N: '1234567890.1234567890123456789' },
        on: { BOOL: true },
        none: { NULL: true },
        list: { L: [{ N: '1' }, { M: { x: { S: 'y' } } }] },
        map: { M: { n: { N: '1' } } },
      },
    ]);
  });

  it.each([
    ['an array', [1]],
    ['a text', '"a"'],
    ['what is no JSON', Buffer.from('plain')],
  ])('fails for %s, at once', async (_, payload) => {
    const { publish, failures, waitsMs } = startRule(action, { dynamodb });

    await publish(payload);

    expect(failures).toEqual([
      {
        failedAction: 'DynamoDBv2Action',
        failedResource: TableName,
        errorMessage: expect.stringContaining('no JSON object'),
      },
    ]);
    expect(waitsMs).toEqual([]);
  });

  it("fails where a key of the table is not among them, in DynamoDB's words, at once", async () => {
    const { publish, failures, waitsMs } = startRule(action, { dynamodb });

    await publish({ id: 'a' });

    expect(failures[0]?.errorMessage).toMatch(
      /^Dynamo Insert record failed\. The error received was .+ \(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException\)\. Message arrived on: orders\/7, Action: dynamoV2, Table: orders$/,
    );
    expect(waitsMs).toEqual([]);
  });

  it('takes the table from the message (substitution templates, by the API)', async () => {
    const byTopic = { dynamoDBv2: { putItem: { tableName: '${topic(1)}' } } };
    const { publish } = startRule(byTopic, { dynamodb });

    await publish({ id: 'a', at: 1 });

    expect(await items()).toHaveLength(1);
  });

  it('tries again when DynamoDB is short of capacity', async () => {
    let calls = 0;
    const busy: DynamoDbCall = async (operation, input) => {
      calls += 1;
      if (calls > 1) return dynamodb(operation, input);
      throw new DynamoDbError('ProvisionedThroughputExceededException', 'Too much');
    };
    const { publish, failures } = startRule(action, { dynamodb: busy });

    await publish({ id: 'a', at: 1 });

    expect([calls, failures, (await items()) as unknown[]]).toEqual([2, [], [expect.anything()]]);
  });
});

// https://docs.aws.amazon.com/iot/latest/developerguide/dynamodb-rule-action.html
describe('the action dynamoDB', () => {
  const key = {
    tableName: TableName,
    hashKeyField: 'id',
    hashKeyValue: '${topic()}',
    rangeKeyField: 'at',
    rangeKeyType: 'NUMBER',
    rangeKeyValue: '${at}',
  };
  const keyOf = (at: string) => ({ id: { S: 'orders/7' }, at: { N: at } });

  it('writes the payload to one column, payload by default', async () => {
    const { publish } = startRule({ dynamoDB: key }, { dynamodb }, "SELECT x FROM 'orders/+'");

    await publish({ at: 5, x: [1, 'y'] });

    expect(await items()).toEqual([
      { ...keyOf('5'), payload: { M: { x: { L: [{ N: '1' }, { S: 'y' }] } } } },
    ]);
  });

  it('writes what is no JSON as binary, to the column that is named', async () => {
    const action = { ...key, rangeKeyValue: '9', payloadField: 'raw_${topic(2)}' };
    const { publish } = startRule({ dynamoDB: action }, { dynamodb });

    await publish(Buffer.from([0xff, 0x00]));

    expect(await items()).toEqual([{ ...keyOf('9'), raw_7: { B: '/wA=' } }]);
  });

  it('inserts, updates and deletes, as the message says', async () => {
    const { publish, failures } = startRule({ dynamoDB: { ...key, operation: '${do}' } }, { dynamodb });

    await publish({ at: 1, do: 'INSERT' });
    await dynamodb('UpdateItem', {
      TableName,
      Key: keyOf('1'),
      UpdateExpression: 'SET note = :note',
      ExpressionAttributeValues: { ':note': { S: 'stays' } },
    });
    await publish({ at: 1, do: 'UPDATE' });
    expect(await items()).toEqual([
      { ...keyOf('1'), note: { S: 'stays' }, payload: { M: { at: { N: '1' }, do: { S: 'UPDATE' } } } },
    ]);

    await publish({ at: 1, do: 'DELETE' });
    expect(await items()).toEqual([]);
    await publish({ at: 1, do: 'TRUNCATE' });
    expect(failures).toMatchObject([{ failedAction: 'DynamoAction', failedResource: TableName }]);
    expect(failures[0]?.errorMessage).toContain('TRUNCATE');
  });

  it('tells of the key that DynamoDB does not take', async () => {
    const { publish, failures } = startRule({ dynamoDB: key }, { dynamodb });

    await publish({ at: 'noon' });

    expect(failures[0]?.errorMessage).toContain(
      'Action: dynamo, Table: orders, HashKeyField: id, HashKeyValue: orders/7, RangeKeyField: at, RangeKeyValue: noon',
    );
  });

  // https://docs.aws.amazon.com/iot/latest/developerguide/diagnosing-rules.html, but for ids of requests.
  it('is told of and logged as in the example of the guide', async () => {
    const said =
      'User: arn:aws:sts::123456789012:assumed-role/dynamo-testbin/5aUMInJH is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:123456789012:table/testbin';
    const answer = '(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: AccessDeniedException)';
    const entries: IotLogEntry[] = [];
    const { publish, failures } = startRule(
      { dynamoDB: { tableName: 'trashbin', hashKeyField: 'id', hashKeyValue: 'id' } },
      {
        dynamodb: () => Promise.reject(new DynamoDbError('AccessDeniedException', said)),
        iotLog: { write: (entry) => entries.push(entry) },
      },
    );

    await publish({});

    expect(failures).toEqual([
      {
        failedAction: 'DynamoAction',
        failedResource: 'trashbin',
        errorMessage: `Dynamo Insert record failed. The error received was ${said} ${answer}. Message arrived on: orders/7, Action: dynamo, Table: trashbin, HashKeyField: id, HashKeyValue: id, RangeKeyField: None, RangeKeyValue: None`,
      },
    ]);
    expect(entries).toContainEqual(
      expect.objectContaining({
        logLevel: 'ERROR',
        status: 'Failure',
        eventType: 'RuleExecution',
        topicName: 'orders/7',
        ruleName: 'Orders',
        ruleAction: 'DynamoAction',
        resources: {
          ItemHashKeyField: 'id',
          Table: 'trashbin',
          Operation: 'Insert',
          ItemHashKeyValue: 'id',
          IsPayloadJSON: 'true',
        },
        details: `${said} ${answer}`,
      }),
    );
  });
});
