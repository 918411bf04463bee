import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDynamoDbLocal } from '@device-lifecycle/test-kit/dynamodb-local.ts';
import { startDynoxide } from '@device-lifecycle/test-kit/dynoxide.ts';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import type { TableEngine } from '@device-lifecycle/test-kit/table-engine.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AwsRequest } from '../../src/aws.ts';
import { MovableClock } from '../../src/clock.ts';
import { memoryCollections } from '../../src/data/collections.ts';
import { createForwarder, type Forwarder } from '../../src/endpoint/forwarder.ts';
import { engineHeaders } from '../../src/engine/dynamodb-call.ts';
import { createEventSourceMappings } from '../../src/streams/event-source-mappings.ts';
import type { EngineRecord } from '../../src/streams/stream-record.ts';
import { createTtl, type Ttl, type TtlOptions } from '../../src/ttl/ttl.ts';
import { mapping } from '../streams/consume.ts';
import { byCaller, byTtl, createExpiringTable, type ExpiringTable, region, removals } from './ttl-table.ts';

const DAY_SECONDS = 86_400;
const DAY_MS = DAY_SECONDS * 1_000;

const dynamoDbLocal = await findDynamoDbLocal();
const engines: readonly (readonly [name: string, start: () => Promise<TableEngine>])[] = [
  ['dynoxide', startDynoxide],
  ...(dynamoDbLocal === undefined ? [] : ([['DynamoDB Local', dynamoDbLocal]] as const)),
];

describe.each(engines)('TTL with %s', (_, startEngine) => {
  let engine: TableEngine;
  let table: ExpiringTable;
  let clock: MovableClock;
  let told: string[];
  let ttl: Ttl | undefined;
  let forwarder: Forwarder;
  let directory: string;

  beforeAll(async () => {
    engine = await startEngine();
    forwarder = createForwarder({ url: engine.endpoint });
  }, 60_000);

  afterAll(async () => {
    forwarder?.close();
    await engine?.stop();
  });

  beforeEach(async () => {
    table = await createExpiringTable(engine.endpoint);
    clock = new MovableClock();
    told = [];
    directory = await mkdtemp(join(tmpdir(), 'ttl-'));
  });

  afterEach(async () => {
    await ttl?.close();
    ttl = undefined;
    table.streams.close();
    await rm(directory, { recursive: true, force: true });
  });

  const tell = (message: string) => void told.push(message);
  const log = { info: tell, warn: tell, error: tell };
  const inDays = (days: number) => Math.floor(Date.now() / 1_000) + days * DAY_SECONDS;

  async function start(options: Partial<TtlOptions> = {}): Promise<Ttl> {
    const defaults = { engineUrl: engine.endpoint, region, clock, delaySeconds: 0, log };
    ttl = await createTtl({ ...defaults, ...options });
    await ttl.set(table.tableName, table.definition.ttlAttribute);
    await ttl.start();
    return ttl;
  }

  const untilLeft = (...ids: string[]) => eventually(async () => expect(await table.ids()).toEqual(ids));

  /** Calls an operation as a client of the runtime's endpoint. */
  async function callEndpoint(target: string, input: object) {
    const handle = ttl?.handleBefore(forwarder.handle) ?? forwarder.handle;
    const request: AwsRequest = {
      service: 'dynamodb',
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: { ...engineHeaders(target, region), 'accept-encoding': 'gzip' },
      body: Buffer.from(JSON.stringify(input)),
    };
    const { status, headers, body } = await handle(request);
    return { status, headers, answer: JSON.parse(body.toString()) };
  }

  /** All records of the table's stream, as the endpoint gives them. */
  async function readThroughEndpoint(): Promise<readonly EngineRecord[]> {
    const streams = 'DynamoDBStreams_20120810';
    const { answer } = await callEndpoint(`${streams}.DescribeStream`, { StreamArn: table.streamArn });
    const records: EngineRecord[] = [];
    for (const { ShardId } of answer.StreamDescription.Shards) {
      const place = { StreamArn: table.streamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
      const first = await callEndpoint(`${streams}.GetShardIterator`, place);
      for (let iterator = first.answer.ShardIterator, count = 1; count > 0; ) {
        const page = await callEndpoint(`${streams}.GetRecords`, { ShardIterator: iterator, Limit: 1 });
        expect(page.headers).not.toHaveProperty('x-amz-crc32');
        records.push(...page.answer.Records);
        count = page.answer.Records.length;
        iterator = page.answer.NextShardIterator;
      }
    }
    return records;
  }

  it('deletes what has expired once the clock has passed it, and nothing else', async () => {
    await table.put('a-next-month', inDays(30));
    await table.put('b-next-year', inDays(365));
    await table.put('c-for-good');
    await table.put('d-as-text', { S: String(inDays(-1)) });
    await table.put('e-in-milliseconds-of-1970', 1_700_000);
    await table.put('f-more-than-five-years-ago', inDays(-5 * 365 - 1));
    await table.put('g-nearly-five-years-ago', inDays(-5 * 365 + 366));
    const kept = ['b-next-year', 'c-for-good', 'd-as-text', 'e-in-milliseconds-of-1970'];
    await start();
    await untilLeft('a-next-month', ...kept, 'f-more-than-five-years-ago');

    clock.advance(31 * DAY_MS);

    await untilLeft(...kept, 'f-more-than-five-years-ago');
    await eventually(async () =>
      expect(told).toEqual([
        `TTL has deleted 1 expired items of ${table.tableName}`,
        `TTL has deleted 1 expired items of ${table.tableName}`,
      ]),
    );
  });

  it('tells readers of the stream who removed what, whether they read it now or again', async () => {
    await table.put('expires', inDays(1));
    await table.put('is-removed', inDays(1));
    await table.remove('is-removed');
    await start();
    clock.advance(2 * DAY_MS);
    await untilLeft();
    await table.put('expires', inDays(1));
    await table.remove('expires');

    const first = await readThroughEndpoint();
    const again = await readThroughEndpoint();

    expect(removals(first)).toEqual([byCaller('is-removed'), byTtl('expires'), expect.anything()]);
    expect(again).toEqual(first);
  });

  it("leaves a caller's removal what it is, though it is of the same item with the same TTL", async () => {
    const expiresAt = inDays(1);
    await table.put('comes-back', expiresAt);
    await table.remove('comes-back');
    await table.put('comes-back', expiresAt);
    await start();
    clock.advance(2 * DAY_MS);
    await untilLeft();

    expect(removals(await readThroughEndpoint())).toEqual([byCaller('comes-back'), byTtl('comes-back')]);
  });

  it('is known to a runtime that follows, where it is to know', async () => {
    const removalLogFile = join(directory, 'new', 'removals.jsonl');
    await table.put('expires', inDays(-1));
    await start({ removalLogFile });
    await untilLeft();
    const before = await readThroughEndpoint();
    await ttl?.close();
    await appendFile(removalLogFile, '{"streamArn":"cut o');

    await start({ removalLogFile });

    expect(removals(before)).toEqual([byTtl('expires')]);
    expect(await readThroughEndpoint()).toEqual(before);
    expect((await readFile(removalLogFile, 'utf8')).trim().split('\n')).toHaveLength(1);
  });

  it('is found by a runtime that follows one that was killed while it deleted', async () => {
    const removalLogFile = join(directory, 'removals.jsonl');
    const expired = inDays(-1);
    for (const id of ['deleted', 'by-a-caller', 'not-yet']) await table.put(id, expired);
    const items = ['deleted', 'not-yet'].map((id) => ({
      key: { part: { N: '1' }, id: { S: id } },
      ttl: String(expired),
    }));
    const line = { streamArn: table.streamArn, sequenceNumbers: [], items, addedAtMs: Date.now() };
    await writeFile(removalLogFile, `${JSON.stringify(line)}\n`);
    for (const id of ['deleted', 'by-a-caller']) await table.remove(id);

    await start({ removalLogFile });
    await untilLeft();
    const records = removals(await readThroughEndpoint());
    await ttl?.close();
    await start({ removalLogFile });

    expect(records).toEqual([byTtl('deleted'), byCaller('by-a-caller'), byTtl('not-yet')]);
    expect(removals(await readThroughEndpoint())).toEqual(records);
  });

  it('names the line of the file that is none, and leaves the file', async () => {
    const removalLogFile = join(directory, 'broken.jsonl');
    await writeFile(removalLogFile, '{"streamArn":"a","sequenceNumbers":[],"addedAtMs":1}\n}\n');

    await expect(start({ removalLogFile })).rejects.toThrow(`Line 2 of ${removalLogFile} is not JSON`);
    expect(await readFile(removalLogFile, 'utf8')).toContain('\n}\n');
  });

  it('dates records by the clock of the runtime', async () => {
    await table.put('expires', inDays(1));
    await start();
    clock.advance(2 * DAY_MS);
    await untilLeft();

    const [, removal] = await readThroughEndpoint();

    const removedAtMs = (removal?.dynamodb.ApproximateCreationDateTime ?? 0) * 1_000;
    expect(Math.abs(clock.now() - removedAtMs)).toBeLessThan(60_000);
  });

  it('has functions find removals by filters on the identity', async () => {
    const payloads: string[] = [];
    const { stamp } = await start();
    const mappings = createEventSourceMappings({
      engineUrl: engine.endpoint,
      region,
      stamp,
      clock,
      log,
      queues: { sendMessage: async () => undefined },
      functions: {
        find: () => ({ arn: mapping.functionArn, timeoutMs: 3000 }),
        async invoke(_, payload) {
          payloads.push(payload);
          return { payload: 'null', requestId: 'request', logTail: '' };
        },
      },
    });
    await mappings.keeper.put({
      ...mapping,
      tableName: table.tableName,
      filters: ['{"userIdentity":{"type":["Service"],"principalId":["dynamodb.amazonaws.com"]}}'],
    });
    const ids = Array.from({ length: 120 }, (_, index) => `session-${index}`);
    await Promise.all(ids.map((id) => table.put(id, inDays(1))));
    await table.put('removed', inDays(1));
    await table.remove('removed');

    clock.advance(2 * DAY_MS);

    await untilLeft();
    const events = await eventually(async () => {
      const found = payloads.flatMap((payload) => JSON.parse(payload).Records);
      expect(found).toHaveLength(ids.length);
      return found;
    });
    await mappings.close();
    expect(events[0]).toMatchObject({
      eventName: 'REMOVE',
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    });
    expect(events.map(({ dynamodb }) => dynamodb.Keys.id.S).sort()).toEqual(ids.toSorted());
  });

  it('finds records in a stream that has had none, and in one that has', async () => {
    await table.put('first');
    expect(await table.records()).toHaveLength(1);
    await table.remove('first');
    expect(removals(await table.records())).toEqual([byCaller('first')]);
  });

  it('can have items stay for longer, or for good', async () => {
    await table.put('expired', inDays(-1));
    await start({ delaySeconds: 2 * DAY_SECONDS });
    await table.put('expired-long-ago', inDays(-3));
    await untilLeft('expired');
    await ttl?.close();

    const { delaySeconds: _, ...forGood } = {
      engineUrl: engine.endpoint,
      region,
      clock,
      log,
      delaySeconds: 0,
    };
    ttl = await createTtl(forGood);
    await ttl.set(table.tableName, table.definition.ttlAttribute);
    await ttl.start();
    clock.advance(30 * DAY_MS);
    await ttl.close();
    expect(await table.ids()).toEqual(['expired']);
  });

  describe('calls about TTL', () => {
    const dynamodb = 'DynamoDB_20120810';
    const describeTtl = async (TableName: string) =>
      (await callEndpoint(`${dynamodb}.DescribeTimeToLive`, { TableName })).answer.TimeToLiveDescription;
    const updateTtl = (TimeToLiveSpecification: object, TableName = table.tableName) =>
      callEndpoint(`${dynamodb}.UpdateTimeToLive`, { TableName, TimeToLiveSpecification });

    it('are answered for a name and an ARN', async () => {
      await start();
      const { tableName } = table;
      for (const reference of [tableName, `arn:aws:dynamodb:${region}:000000000000:table/${tableName}`]) {
        expect(await describeTtl(reference)).toEqual({
          TimeToLiveStatus: 'ENABLED',
          AttributeName: 'expiresAt',
        });
      }
    });

    // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
    it('end it, and begin it with another attribute', async () => {
      await start();
      const { answer } = await updateTtl({ AttributeName: 'expiresAt', Enabled: false });
      expect(answer).toEqual({ TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: false } });
      expect(await describeTtl(table.tableName)).toEqual({ TimeToLiveStatus: 'DISABLED' });
      await table.put('stays', inDays(-1));
      await updateTtl({ AttributeName: 'other', Enabled: true });
      expect(await describeTtl(table.tableName)).toMatchObject({ AttributeName: 'other' });
      await updateTtl({ AttributeName: 'other', Enabled: false });
      expect(await table.ids()).toEqual(['stays']);
      await updateTtl({ AttributeName: 'expiresAt', Enabled: true });
      await untilLeft();
    });

    it.each([
      [{ AttributeName: 'expiresAt', Enabled: true }, 'TimeToLive is already enabled'],
      [{ AttributeName: 'other', Enabled: true }, 'TimeToLive is active on a different AttributeName'],
      [{ AttributeName: '', Enabled: true }, 'AttributeName must have 1 to 255 characters'],
      [{ AttributeName: 'expiresAt' }, 'Enabled must be true or false'],
    ])('are refused with %j', async (specification, message) => {
      await start();
      await expect(updateTtl(specification)).rejects.toMatchObject({
        code: 'ValidationException',
        message: expect.stringContaining(message),
      });
    });

    it('are refused by the engine for a table that is not there', async () => {
      await start();
      expect(await updateTtl({ AttributeName: 'a', Enabled: true }, 'nowhere')).toMatchObject({
        status: 400,
      });
    });

    it('of an earlier runtime hold where they are kept', async () => {
      const kept = new Map<string, never>();
      const collections = { ...memoryCollections, open: () => kept };
      await start({ collections });
      await ttl?.close();
      await table.put('expired', inDays(-1));
      ttl = await createTtl({ engineUrl: engine.endpoint, region, clock, delaySeconds: 0, log, collections });
      await ttl.start();
      await untilLeft();
    });

    it('stay while the stack says the same as before', async () => {
      const { set, forget } = await start();
      const { tableName } = table;
      await updateTtl({ AttributeName: 'expiresAt', Enabled: false });
      await set(tableName, 'expiresAt');
      expect(await describeTtl(tableName)).toEqual({ TimeToLiveStatus: 'DISABLED' });
      await set(tableName, 'other');
      expect(await describeTtl(tableName)).toMatchObject({ AttributeName: 'other' });
      // A table that was made anew is as the stack says.
      await updateTtl({ AttributeName: 'other', Enabled: false });
      await forget(tableName);
      await set(tableName, 'other');
      expect(await describeTtl(tableName)).toMatchObject({ AttributeName: 'other' });
    });

    it('of tables that have gone since are forgotten, and hold up no start', async () => {
      const kept = new Map([['gone', 'expiresAt']] as never);
      const collections = { ...memoryCollections, open: () => kept as Map<string, never> };
      ttl = await createTtl({ engineUrl: engine.endpoint, region, clock, delaySeconds: 0, log, collections });
      await ttl.start();
      expect([...kept]).toEqual([]);
    });

    it('come one after the other, and leave nothing running', async () => {
      const { set, forget } = await start();
      const { tableName } = table;
      await Promise.all([set(tableName, 'other'), set(tableName, 'expiresAt'), forget(tableName)]);
      await table.put('stays', inDays(-1));
      await clock.sleep(1_500);
      expect(await table.ids()).toEqual(['stays']);
      expect(await describeTtl(tableName)).toEqual({ TimeToLiveStatus: 'DISABLED' });
    });

    it('for a table that is deleted meanwhile are refused as for one that is not there', async () => {
      const { handleBefore } = await start();
      const handle = handleBefore(async () => ({ status: 200, headers: {}, body: '{}' }));
      const specification = { AttributeName: 'expiresAt', Enabled: true };
      const body = Buffer.from(JSON.stringify({ TableName: 'gone', TimeToLiveSpecification: specification }));
      const headers = engineHeaders(`${dynamodb}.UpdateTimeToLive`, region);
      const request = { service: 'dynamodb', method: 'POST', path: '/', query: new URLSearchParams() };
      await expect(handle({ ...request, headers, body })).rejects.toMatchObject({
        code: 'ResourceNotFoundException',
      });
    });

    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
    it('a table of the same name as one that is gone has a stream of its own', async () => {
      await start();
      await table.put('expired', inDays(-1));
      await untilLeft();
      const { tableName: TableName, definition } = table;
      await callEndpoint(`${dynamodb}.DeleteTable`, { TableName });
      await eventually(async () =>
        expect((await callEndpoint(`${dynamodb}.CreateTable`, definition.createTable)).status).toBe(200),
      );
      await table.put('removed');
      await table.remove('removed');
      // What changes a table leaves its stream as it is.
      const changes = { BillingMode: 'PAY_PER_REQUEST', DeletionProtectionEnabled: false };
      await callEndpoint(`${dynamodb}.UpdateTable`, { TableName, ...changes });
      const { Table } = await table.call('DescribeTable', { TableName });
      table = { ...table, streamArn: String(Object(Table).LatestStreamArn) };
      const records = await readThroughEndpoint();
      expect(records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'REMOVE']);
      expect(removals(records)).toEqual([byCaller('removed')]);
    });

    it('follow a table to its next stream, and end with it', async () => {
      await start();
      const TableName = table.tableName;
      const view = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' };
      const replace = callEndpoint(`${dynamodb}.UpdateTable`, { TableName, StreamSpecification: view });
      await expect(replace).rejects.toMatchObject({
        code: 'ValidationException',
        message: expect.stringContaining('Table already has an enabled stream'),
      });
      await callEndpoint(`${dynamodb}.UpdateTable`, {
        TableName,
        StreamSpecification: { StreamEnabled: false },
      });
      await callEndpoint(`${dynamodb}.UpdateTable`, { TableName, StreamSpecification: view });
      await table.put('expired', inDays(-1));
      await untilLeft();
      await callEndpoint(`${dynamodb}.DeleteTable`, { TableName });
      await eventually(async () =>
        expect((await updateTtl({ AttributeName: 'a', Enabled: true })).status).toBe(400),
      );
      expect(told.filter((line) => /cannot delete|does not tell/.test(line))).toEqual([]);
    });
  });
  it("hands on what is of other tables, and the engine's errors", async () => {
    await start();
    const unknown = await callEndpoint('DynamoDB_20120810.DescribeTimeToLive', { TableName: 'unknown' });
    const invalid = await callEndpoint('DynamoDBStreams_20120810.GetRecords', {});
    const described = await callEndpoint('DynamoDB_20120810.DescribeTable', { TableName: table.tableName });
    expect(unknown.answer.__type).toMatch(/ResourceNotFoundException$/);
    expect(invalid.status).toBe(400);
    expect(described.answer.Table.TableName).toBe(table.tableName);
  });
});
