import { randomUUID } from 'node:crypto';
import { DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { createStreamsClient, type StreamsClient } from '@device-lifecycle/local/streams/shard-reader.ts';
import type { EngineRecord } from '@device-lifecycle/local/streams/stream-record.ts';
import { StreamEnd } from '@device-lifecycle/local/ttl/streams-api.ts';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { advanceClock } from '@device-lifecycle/test-kit/laptop/clock.ts';
import { createOperator } from '@device-lifecycle/test-kit/laptop/executions.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createTableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { connectNewDevice } from '@device-lifecycle/test-kit/new-device.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const DAY_SECONDS = 86_400;

let stack: RunningStack;
let operator: ReturnType<typeof createOperator>;
let tables: ReturnType<typeof createTableReader>;
let dynamodb: DynamoDBClient;
let executions: SFNClient;
let streams: StreamsClient;

beforeAll(async () => {
  stack = await startStack();
  operator = createOperator(stack);
  tables = createTableReader(stack);
  dynamodb = new DynamoDBClient(stack.clientConfig);
  executions = new SFNClient(stack.clientConfig);
  streams = createStreamsClient(stack.awsEndpointUrl, stack.region);
});

afterAll(async () => {
  operator.close();
  tables.close();
  dynamodb.destroy();
  executions.destroy();
  streams.close();
  expect(await stack.stop()).toBe(0);
});

async function registerDevice(): Promise<string> {
  const deviceId = `dev-${randomUUID()}`;
  const device = await connectNewDevice(stack, deviceId);
  const { verdict } = await device.request('register', { serialNumber: `SN-${deviceId}` });
  expect(verdict).toBe('accepted');
  await device.close();
  return deviceId;
}

const decommission = (input: Readonly<Record<string, unknown>>) =>
  operator.run(stack.stateMachines.decommissionDevice, { reason: 'recall', requestedBy: 'tests', ...input });

async function whereabouts(deviceId: string) {
  const { devices, invalidDevices, guards } = await tables.read();
  return {
    device: devices.find(({ id }) => id === deviceId),
    invalidDevice: invalidDevices.find(({ id }) => id === deviceId),
    guards: guards.filter((guard) => guard['deviceId'] === deviceId),
  };
}

/** Reads the stream of a table from now on, through the endpoint. */
async function followStream(tableName: string): Promise<() => Promise<readonly EngineRecord[]>> {
  const { Streams: found } = await streams.call('ListStreams', { TableName: tableName });
  const [{ StreamArn: streamArn }] = found as [{ StreamArn: string }];
  const end = await StreamEnd.take(streams.call, streamArn);
  const records: EngineRecord[] = [];
  return async () => {
    await end.read((record) => records.push(record));
    return records;
  };
}

/** The removal of an item, once the stream tells of it. */
const removalOf = (read: () => Promise<readonly EngineRecord[]>, id: string) =>
  eventually(async () => {
    const records = await read();
    const removal = records.find(
      ({ eventName, dynamodb }) => eventName === 'REMOVE' && dynamodb.Keys?.['id']?.['S'] === id,
    );
    expect(removal).toBeDefined();
    return removal;
  });

describe('a stack whose clock is moved forward', () => {
  it('deletes records whose TTL passes, and its streams say who did', async () => {
    const readDevices = await followStream(stack.tables.devices);
    const readInvalidDevices = await followStream(stack.tables.invalidDevices);
    const deviceId = await registerDevice();
    expect(await decommission({ deviceId, retentionDays: 30 })).toMatchObject({ status: 'SUCCEEDED' });
    expect((await whereabouts(deviceId)).invalidDevice).toBeDefined();

    await advanceClock(stack, 30 * DAY_SECONDS + 2);

    await eventually(async () => {
      expect(await whereabouts(deviceId)).toEqual({
        device: undefined,
        invalidDevice: undefined,
        guards: [],
      });
    });
    const byService = { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' };
    const guard = await removalOf(readDevices, `serialNumber#SN-${deviceId}`);
    const record = await removalOf(readInvalidDevices, deviceId);
    const move = await removalOf(readDevices, deviceId);
    expect([guard?.['userIdentity'], record?.['userIdentity']]).toEqual([byService, byService]);
    expect(move).not.toHaveProperty('userIdentity');
    await eventually(async () =>
      expect(stack.output()).toMatch(/^TTL has deleted \d+ expired items of \S+-invalid-devices$/m),
    );
  });

  it('has functions and executions go by it', async () => {
    const deviceId = await registerDevice();
    const { now } = await advanceClock(stack, 0);
    const notBefore = Math.floor(Date.parse(now) / 1_000) + 60 * DAY_SECONDS;
    const input = JSON.stringify({
      deviceId,
      reason: 'recall',
      requestedBy: 'tests',
      notBefore,
      retentionDays: 1,
    });
    const { executionArn } = await executions.send(
      new StartExecutionCommand({ stateMachineArn: stack.stateMachines.decommissionDevice, input }),
    );
    const isWaiting = () =>
      eventually(async () => {
        const history = new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 });
        expect((await executions.send(history)).events?.[0]?.type).toBe('WaitStateEntered');
      });
    await isWaiting();

    await advanceClock(stack, 59 * DAY_SECONDS);
    await isWaiting();
    await advanceClock(stack, DAY_SECONDS);

    const { stopDate } = await eventually(async () => {
      const execution = await executions.send(new DescribeExecutionCommand({ executionArn }));
      expect(execution.status).toBe('SUCCEEDED');
      return execution;
    });
    expect((stopDate?.getTime() ?? 0) / 1_000).toBeGreaterThanOrEqual(notBefore);
    const { invalidDevice } = await whereabouts(deviceId);
    const laterSeconds = Number(invalidDevice?.['ttl']) - notBefore - DAY_SECONDS;
    expect(laterSeconds).toBeGreaterThanOrEqual(0);
    expect(laterSeconds).toBeLessThan(600);
  });

  it.each(['devices', 'invalidDevices'] as const)(
    'says that %s have the TTL of the template',
    async (name) => {
      const { TimeToLiveDescription: ttl } = await dynamodb.send(
        new DescribeTimeToLiveCommand({ TableName: stack.tables[name] }),
      );
      expect(ttl).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' });
    },
  );
});
