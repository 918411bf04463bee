import { findDynamoDbLocal } from '@device-lifecycle/test-kit/dynamodb-local.ts';
import { startDynoxide } from '@device-lifecycle/test-kit/dynoxide.ts';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import type { TableEngine } from '@device-lifecycle/test-kit/table-engine.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import {
  createEventSourceMappings,
  type EventSourceMappings,
} from '../../src/streams/event-source-mappings.ts';
import type { StreamMapping } from '../../src/streams/read-mapping.ts';
import { accountId, type Deployment, deploy, region } from '../lambda/deployment.ts';
import { putTable } from '../support/put-table.ts';
import { mapping as defaults, queueArn } from './consume.ts';
import { createStreamTable, type StreamTable } from './engines.ts';

/** Prints what it gets; fails on poison. */
const code = `
  const idOf = ({ dynamodb }) => dynamodb.Keys.id.S;
  exports.prints = async ({ Records }) => { for (const record of Records) console.log(JSON.stringify(record)); };
  exports.works = async ({ Records }) => {
    if (Records.some((record) => idOf(record) === 'poison')) throw new Error('poison');
    for (const record of Records) console.log(idOf(record));
  };
  exports.reports = async ({ Records }) => {
    const end = Records.findIndex((record) => idOf(record) === 'poison');
    for (const record of end < 0 ? Records : Records.slice(0, end)) console.log(idOf(record));
    return { batchItemFailures: end < 0 ? [] : [{ itemIdentifier: Records[end].dynamodb.SequenceNumber }] };
  };
`;

const dynamoDbLocal = await findDynamoDbLocal();
const engines: readonly (readonly [name: string, start: () => Promise<TableEngine>])[] = [
  ['dynoxide', startDynoxide],
  ...(dynamoDbLocal === undefined ? [] : ([['DynamoDB Local', dynamoDbLocal]] as const)),
];

describe.each(engines)('event source mappings with %s', (_, startEngine) => {
  let engine: TableEngine;
  let table: StreamTable;
  let functions: Deployment | undefined;
  let mappings: EventSourceMappings | undefined;

  beforeAll(async () => {
    engine = await startEngine();
  }, 60_000);

  afterAll(() => engine?.stop());

  afterEach(async () => {
    await mappings?.close();
    await functions?.remove();
    functions = undefined;
  });

  async function start(handler: string, overrides: Partial<StreamMapping> = {}) {
    const running = functions ?? (await deploy({ 'index.js': code }, { [handler]: {} }));
    functions = running;
    const tell = (message: string) => void running.told.push(message);
    mappings = createEventSourceMappings({
      engineUrl: engine.endpoint,
      region,
      functions: running,
      clock: systemClock,
      log: { info: tell, warn: tell, error: tell },
      queues: {
        async sendMessage(queue, body) {
          running.sent.push({ queue, body });
        },
      },
    });
    await mappings.keeper.put({
      ...defaults,
      functionArn: `arn:aws:lambda:${region}:${accountId}:function:${handler}`,
      tableName: table.tableName,
      ...overrides,
    });
    return running;
  }

  /** What the handlers have printed, without the errors of those that failed. */
  const printed = (running: Deployment) =>
    running.lines.map((line) => line.split('\t').at(-1) ?? '').filter((line) => !line.includes('errorType'));

  it('gives a function inserts, changes and removals, with their images', async () => {
    table = await createStreamTable(engine.endpoint, region);
    await table.put('a', '12345678901234567890123456789012345678');
    const running = await start('prints');
    await table.put('a', '2');
    await table.remove('a');

    await eventually(async () => expect(running.lines).toHaveLength(3));

    const records = printed(running).map((line) => JSON.parse(line));
    const old = { id: { S: 'a' }, value: { N: '12345678901234567890123456789012345678' } };
    expect(records).toMatchObject([
      { eventName: 'INSERT', dynamodb: { Keys: { id: { S: 'a' } }, NewImage: old } },
      { eventName: 'MODIFY', dynamodb: { OldImage: old, NewImage: { value: { N: '2' } } } },
      { eventName: 'REMOVE', dynamodb: { OldImage: { value: { N: '2' } } } },
    ]);
    for (const record of records) {
      expect(record).toMatchObject({
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        eventSourceARN: defaults.streamArn,
        awsRegion: region,
      });
      const { ApproximateCreationDateTime: createdAt, SequenceNumber: number } = record.dynamodb;
      expect(Math.abs(createdAt - Date.now() / 1000)).toBeLessThan(60);
      expect(number).toMatch(/^\d+$/);
    }
    expect(new Set(records.map(({ eventID }) => eventID)).size).toBe(3);
  });

  it('misses nothing that is written after the start, when it begins with the latest', async () => {
    table = await createStreamTable(engine.endpoint, region);
    await table.put('before');
    const running = await start('works', { startingPosition: 'LATEST' });
    await table.put('after');

    await eventually(async () => expect(printed(running)).toEqual(['after']));
  });

  it.each(['works', 'reports'])(
    'isolates a poison record, and tells the destination: %s',
    async (handler) => {
      table = await createStreamTable(engine.endpoint, region);
      const ids = ['a', 'b', 'c', 'poison', 'd', 'e', 'f'];
      for (const id of ids) await table.put(id);
      const running = await start(handler, {
        bisectBatchOnFunctionError: true,
        reportBatchItemFailures: handler === 'reports',
        maximumRetryAttempts: 1,
        onFailure: queueArn,
      });

      await eventually(async () => expect(printed(running)).toEqual(ids.filter((id) => id !== 'poison')));

      expect(running.sent).toHaveLength(1);
      expect(running.sent[0]?.queue).toBe(queueArn);
      const { requestContext, DDBStreamBatchInfo: info } = JSON.parse(running.sent[0]?.body ?? '');
      expect(requestContext).toMatchObject({ condition: 'RetryAttemptsExhausted' });
      expect(info).toMatchObject({ batchSize: 1, startSequenceNumber: info.endSequenceNumber });
      expect(running.told).toEqual([]);
    },
  );

  it('begins with the oldest record again after it was ended amid a batch', async () => {
    table = await createStreamTable(engine.endpoint, region);
    for (const id of ['a', 'poison', 'c']) await table.put(id);
    const running = await start('works', { batchSize: 1 });
    await eventually(async () => expect(printed(running)).toContain('a'));
    await mappings?.close();

    await start('works', { bisectBatchOnFunctionError: true, maximumRetryAttempts: 0 });

    await eventually(async () => expect(printed(running)).toEqual(['a', 'a', 'c']));
  });
});

describe('starting event source mappings', () => {
  it('fails where a table has no stream, with what to do', async () => {
    const engine = await startDynoxide();
    try {
      const createTable = {
        TableName: 'plain',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      };
      await putTable(engine.endpoint, region, { tableName: 'plain', createTable });
      const options = {
        engineUrl: engine.endpoint,
        region,
        functions: {
          invoke: () => Promise.reject(new Error('never')),
          find: () => ({ arn: defaults.functionArn, timeoutMs: 3000 }),
        },
        queues: { sendMessage: async () => undefined },
        clock: systemClock,
        log: silentLog,
      };

      const { keeper, handleBefore, close } = createEventSourceMappings(options);
      await expect(keeper.put({ ...defaults, tableName: 'plain' })).rejects.toThrow(
        'was made without a stream',
      );
      const disabled = { ...defaults, tableName: 'plain', enabled: false, onFailure: queueArn };
      await keeper.put(disabled);
      const uuid = defaults.uuid.replace(/1$/, '2');
      const functionArn = `${defaults.functionArn}-2`;
      await keeper.put({ ...disabled, uuid, functionArn, filters: ['{"eventName":["INSERT"]}'] });
      const handle = handleBefore(async () => ({ status: 299, headers: {}, body: '{}' }));
      const call = async (path: string, query = '', method = 'GET') => {
        const request = { service: 'lambda', method, path, headers: {}, body: Buffer.alloc(0) };
        return JSON.parse(String((await handle({ ...request, query: new URLSearchParams(query) })).body));
      };
      const PATH = '/2015-03-31/event-source-mappings/';
      const { EventSourceMappings: all } = await call(PATH);
      expect(all).toMatchObject([
        { UUID: defaults.uuid, State: 'Disabled', LastProcessingResult: 'No records processed' },
        { UUID: uuid, FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] } },
      ]);
      const ofFunction = { EventSourceMappings: all.slice(1) };
      expect(await call(PATH, `FunctionName=${functionArn}`)).toEqual(ofFunction);
      await expect(call(PATH, 'MaxItems=1')).rejects.toThrow('leave MaxItems out');
      await expect(call(PATH, '', 'POST')).rejects.toThrow('stacks make, change and remove them');
      expect(await call('/2015-03-31/functions/')).toEqual({});
      await keeper.remove(disabled);
      expect(await call(PATH)).toEqual(ofFunction);
      await close();
    } finally {
      await engine.stop();
    }
  });
});
