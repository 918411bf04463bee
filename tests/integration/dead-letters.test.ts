import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import type { Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createTableReader, type TableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { failedRule, failedStreamBatch, unanswerable } from '@device-lifecycle/test-kit/letters.ts';
import { connectNewDevice } from '@device-lifecycle/test-kit/new-device.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

interface Letter {
  readonly messageId: string;
  readonly kind: string;
  readonly functionName?: string;
  readonly deviceId?: string;
  readonly error: string;
}

/** Each command is a process of its own, and there are many. */
const TIMEOUT_MS = 90_000;

let directory: string;
let stackFile: string;
let stack: RunningStack;
let tables: TableReader;
let sqs: SQSClient;
let dynamodb: DynamoDBClient;
let streams: DynamoDBStreamsClient;
const devices: Device[] = [];

beforeAll(async () => {
  stack = await startStack(['--async-retry-delays', '10,20']);
  directory = await mkdtemp(join(tmpdir(), 'devicectl-'));
  stackFile = join(directory, 'stack.json');
  await writeFile(stackFile, JSON.stringify(stack));
  tables = createTableReader(stack);
  sqs = new SQSClient(stack.clientConfig);
  dynamodb = new DynamoDBClient(stack.clientConfig);
  streams = new DynamoDBStreamsClient(stack.clientConfig);
}, TIMEOUT_MS);

afterEach(async () => {
  await devicectl('discard', '--all', '--yes', '--reason', 'between tests');
}, TIMEOUT_MS);

afterAll(async () => {
  for (const { mqtt } of devices) mqtt.end(true);
  tables.close();
  for (const client of [sqs, dynamodb, streams]) client.destroy();
  await rm(directory, { recursive: true });
  await stack.stop();
});

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The tool as an operator runs it: a process of its own, which knows nothing but the stack file. */
function devicectl(...args: readonly string[]): Promise<Ended> {
  return run(['dead-letters', ...args, '--local', '--stack-file', stackFile]);
}

function run(args: readonly string[]): Promise<Ended> {
  const commandLine = ['packages/devicectl/src/devicectl.mjs', ...args];
  const env = { PATH: process.env['PATH'], HOME: directory };
  return new Promise((resolve) => {
    execFile(process.execPath, commandLine, { env, timeout: 25_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      resolve({ exitCode: typeof code === 'number' ? code : -1, stdout, stderr });
    });
  });
}

const list = async (): Promise<readonly Letter[]> =>
  JSON.parse((await devicectl('list', '--json')).stdout).letters;

/** Waits until the queue holds this many. */
const listOf = (count: number): Promise<readonly Letter[]> =>
  eventually(async () => {
    const letters = await list();
    expect(letters).toHaveLength(count);
    return letters;
  });

const send = (MessageBody: string) =>
  sqs.send(new SendMessageCommand({ QueueUrl: stack.queues.deadLetters, MessageBody }));

async function connect(): Promise<Device> {
  const device = await connectNewDevice(stack, `dev-${randomUUID()}`);
  devices.push(device);
  return device;
}

const findDevice = (deviceId: string) =>
  eventually(async () => {
    const found = (await tables.read()).devices.find(({ id }) => id === deviceId);
    expect(found).toBeDefined();
    return found;
  });

/** Takes the table of the devices away, so that what needs it fails. Gives it back as it was, empty. */
async function breakTable(): Promise<() => Promise<void>> {
  const TableName = stack.tables.devices;
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes = [], StreamSpecification } = Table ?? {};
  await dynamodb.send(new DeleteTableCommand({ TableName }));
  return async () => {
    const again: CreateTableCommandInput = {
      TableName,
      KeySchema,
      AttributeDefinitions,
      StreamSpecification,
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => ({
        IndexName,
        KeySchema,
        Projection,
      })),
    };
    await dynamodb.send(new CreateTableCommand(again));
  };
}

describe('devicectl dead-letters, with the packaged service', () => {
  it(
    'shows, sends and discards what a rule or nobody could deal with',
    async () => {
      const deviceId = `dev-${randomUUID()}`;
      const ruled = {
        topic: `devices/${deviceId}/register`,
        clientId: deviceId,
        cloudwatchTraceId: randomUUID(),
      };
      await send(failedRule('register', ruled));
      await send(unanswerable());
      const letters = await listOf(2);
      expect(letters.map(({ kind }) => kind).sort()).toEqual(['rule', 'unanswerable']);

      const dry = await devicectl('redrive', '--all', '--dry-run');
      expect(dry).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('1 wouldBeSent') });
      const sent = await devicectl('redrive', '--all', '--json');
      expect(sent).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('1 sent') });
      expect(await findDevice(deviceId)).toMatchObject({ serialNumber: 'SN-1', version: 1 });

      const [kept] = await listOf(1);
      const discarded = await devicectl(
        'discard',
        kept?.messageId ?? '',
        '--reason',
        'nobody knows this topic',
      );
      expect(discarded).toMatchObject({ exitCode: 0, stderr: '1 discarded.\n' });
      expect(await list()).toEqual([]);
      const [entry] = await readDiscarded(kept?.messageId ?? '');
      expect(entry).toMatchObject({
        reason: 'nobody knows this topic',
        discardedBy: expect.stringMatching(/^arn:aws:/),
        body: unanswerable(),
      });
    },
    TIMEOUT_MS,
  );

  it(
    'has records of a stream handled again, and says when the stream does not have them any more',
    async () => {
      const device = await connect();
      await device.request('register', { serialNumber: `SN-${device.deviceId}` });
      await device.request('decommission');
      const batch = await findInsertion(device.deviceId);
      const letter = JSON.parse(failedStreamBatch());
      await send(
        JSON.stringify({ ...letter, DDBStreamBatchInfo: { ...letter.DDBStreamBatchInfo, ...batch } }),
      );
      const [whole] = await listOf(1);
      const shown = await devicectl('show', whole?.messageId ?? '');
      expect(shown.stdout).toContain('reconcile-credentials gets to it');
      expect(await devicectl('redrive', '--all')).toMatchObject({ exitCode: 0 });
      expect(await list()).toEqual([]);

      const lost = { ...letter.DDBStreamBatchInfo, ...batch, startSequenceNumber: '0' };
      await send(JSON.stringify({ ...letter, DDBStreamBatchInfo: lost }));
      await listOf(1);
      const failed = await devicectl('redrive', '--all');
      expect(failed).toMatchObject({
        exitCode: 4,
        stdout: expect.stringContaining('does not have the records any more'),
      });
      expect(await listOf(1)).toMatchObject([{ kind: 'stream' }]);
    },
    TIMEOUT_MS,
  );

  it(
    'says in one sentence what is wrong with a command, and fails by its exit code',
    async () => {
      expect(await devicectl('show', randomUUID())).toMatchObject({
        exitCode: 3,
        stderr: expect.stringMatching(/^devicectl: There is no dead letter .*\n$/),
      });
      expect(await devicectl('discard', '--all')).toMatchObject({ exitCode: 2, stdout: '' });
      const list = ['dead-letters', 'list', '--local', '--stack-file'];
      expect(await run([...list, join(directory, 'nothing.json')])).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('start it with "npm start"'),
      });
      const gone = join(directory, 'gone.json');
      await writeFile(gone, JSON.stringify({ ...stack, awsEndpointUrl: 'http://127.0.0.1:1' }));
      expect(await run([...list, gone])).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/^devicectl: Nothing answers .*\n$/),
      });
    },
    TIMEOUT_MS,
  );
});

describe('a function that fails until its cause is mended', () => {
  it(
    'has its device registered in the end, by what was in the queue',
    async () => {
      const mend = await breakTable();
      const device = await connect();
      const payload = JSON.stringify({
        serialNumber: `SN-${device.deviceId}`,
        name: 'lost and found',
        requestId: 'r-1',
      });
      await device.mqtt.publishAsync(`devices/${device.deviceId}/register`, payload, { qos: 1 });
      // The device's presence fails as well.
      const letters = await listOf(2);
      const lost = letters.find(({ functionName }) => functionName === 'register-device');
      expect(lost).toMatchObject({
        kind: 'invocation',
        deviceId: device.deviceId,
        error: expect.stringContaining('ResourceNotFoundException'),
      });
      const shown = JSON.parse((await devicectl('show', lost?.messageId ?? '', '--json')).stdout);
      expect(shown.payload.text).toBe(payload);

      // Too early: it comes back as a new dead letter.
      expect(await devicectl('redrive', lost?.messageId ?? '')).toMatchObject({ exitCode: 0 });
      const again = (await listOf(2)).find(({ functionName }) => functionName === 'register-device');
      expect(again?.messageId).not.toBe(lost?.messageId);

      await mend();
      expect(await devicectl('redrive', '--all')).toMatchObject({ exitCode: 0, stderr: '2 sent.\n' });
      expect(await findDevice(device.deviceId)).toMatchObject({
        serialNumber: `SN-${device.deviceId}`,
        name: 'lost and found',
        version: 1,
        certificateIds: [expect.stringMatching(/^[0-9a-f]{64}$/)],
      });
      expect(await list()).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

describe('devicectl device, executions and logs', () => {
  const local = (...args: readonly string[]) => run([...args, '--local', '--stack-file', stackFile]);
  const json = async (...args: readonly string[]) => JSON.parse((await local(...args, '--json')).stdout);

  it(
    'take a device through its life, and tell of it',
    async () => {
      const device = await connect();
      const id = device.deviceId;
      await device.request('register', { serialNumber: `SN-${id}` });
      expect(await json('device', 'show', id)).toMatchObject({
        state: 'active',
        serialNumber: `SN-${id}`,
        guards: [{ id: `serialNumber#SN-${id}`, deviceId: id }],
        problems: [],
      });

      const because = ['--reason', 'test', '--yes'];
      const moved = await json('device', 'decommission', id, '--retention-days', '1', ...because);
      expect(moved).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'decommissioned' } });
      expect((await local('device', 'hold', id, '--reason', 'case')).stdout).toBe(`${id}: held\n`);
      expect((await local('device', 'show', id)).stdout).toContain('decommissioned, under legal hold');
      expect(await local('device', 'purge', id, ...because)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/UnderLegalHold: The record of the device .*\)\.\n$/),
      });
      expect(await json('device', 'restore', id)).toMatchObject({ output: { outcome: 'restored' } });
      expect(await local('device', 'release', id)).toMatchObject({ exitCode: 1 });
      expect(await local('device', 'show', randomUUID())).toMatchObject({ exitCode: 3 });

      const [name] = moved.executionArn.split(':').slice(-1);
      const [{ executions }, shown, chart] = await Promise.all([
        json('executions', 'list', '--status', 'SUCCEEDED', '--limit', '3'),
        json('executions', 'show', name),
        local('logs', 'rejections-by-code'),
      ]);
      expect(executions.map(({ machine }: { machine: string }) => machine)).toEqual([
        'restore-device',
        'hold-device',
        'decommission-device',
      ]);
      expect(shown.states.map(({ name }: { name: string }) => name)).toEqual([
        'DecommissionDevice',
        'IsItTime',
        'SettleCredentials',
        'Decommissioned',
      ]);
      await eventually(async () => {
        const { rows } = await json('logs', 'life-of-a-device', '--device-id', id);
        const results = rows.map(({ result }: { result: string }) => result);
        expect(results).toEqual(expect.arrayContaining(['registered', 'decommissioned', 'restored']));
      });
      expect(chart.stdout).toMatch(/^rejections by hour \(UTC\)\n\S+ \S+ +\d+ +█/);
    },
    TIMEOUT_MS,
  );
});

/** Where in the stream of the decommissioned devices the record of its move is. */
async function findInsertion(deviceId: string) {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: stack.tables.invalidDevices }));
  const streamArn = Table?.LatestStreamArn ?? '';
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  const shardId = StreamDescription?.Shards?.[0]?.ShardId ?? '';
  const position = { StreamArn: streamArn, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
  const { ShardIterator } = await streams.send(new GetShardIteratorCommand(position));
  const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator }));
  const inserted = Records.find(({ dynamodb: change }) => change?.Keys?.['id']?.S === deviceId);
  const startSequenceNumber = inserted?.dynamodb?.SequenceNumber ?? '';
  return { streamArn, shardId, startSequenceNumber, endSequenceNumber: startSequenceNumber, batchSize: 1 };
}

/** What stands in the stack's log group about a letter. */
async function readDiscarded(messageId: string): Promise<readonly Record<string, unknown>[]> {
  const logs = new CloudWatchLogsClient(stack.clientConfig);
  try {
    const { events = [] } = await logs.send(
      new FilterLogEventsCommand({ logGroupName: '/device-lifecycle-dev/discarded-dead-letters' }),
    );
    return events
      .map(({ message = '{}' }) => JSON.parse(message) as Record<string, unknown>)
      .filter((entry) => entry['messageId'] === messageId);
  } finally {
    logs.destroy();
  }
}
