import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetThingShadowCommand,
  IoTDataPlaneClient,
  UpdateThingShadowCommand,
} from '@aws-sdk/client-iot-data-plane';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { advanceClock } from '@device-lifecycle/test-kit/laptop/clock.ts';
import { connectDevice, type Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import type { Identity } from '@device-lifecycle/test-kit/laptop/identity.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { createTableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import { makeIdentity } from '@device-lifecycle/test-kit/new-device.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3_600;
const [bucket, key] = ['kept-things', 'a/letter'];
const [waiting, busy] = ['waits-1', 'acts-1'];

/** Clients of a stack for the time of a call. */
async function using<T extends { destroy(): void }, R>(
  client: T,
  use: (client: T) => Promise<R>,
): Promise<R> {
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

async function devicesOf(stack: RunningStack) {
  const reader = createTableReader(stack);
  try {
    return await reader.read();
  } finally {
    reader.close();
  }
}

const clockOf = async ({ awsEndpointUrl }: RunningStack) =>
  (await (await fetch(`${awsEndpointUrl}/_local/clock`)).json()) as { now: string; offsetSeconds: number };

const describeExecution = (stack: RunningStack, executionArn: string) =>
  using(new SFNClient(stack.clientConfig), (sfn) => sfn.send(new DescribeExecutionCommand({ executionArn })));

async function register(stack: RunningStack, identity: Identity): Promise<Device> {
  const device = await connectDevice(stack, identity);
  const { verdict } = await device.request('register', { serialNumber: `SN-${identity.thingName}` });
  expect(verdict).toBe('accepted');
  return device;
}

/** An execution that waits for an hour of the runtime's clock. */
async function schedule(stack: RunningStack, deviceId: string): Promise<string> {
  const notBefore = Math.floor(Date.parse((await clockOf(stack)).now) / 1_000) + HOUR_SECONDS;
  const input = JSON.stringify({ deviceId, reason: 'recall', requestedBy: 'tests', notBefore });
  const stateMachineArn = stack.stateMachines.decommissionDevice;
  const { executionArn = '' } = await using(new SFNClient(stack.clientConfig), (sfn) =>
    sfn.send(new StartExecutionCommand({ stateMachineArn, input })),
  );
  return executionArn;
}

/** What was there when the first runtime was killed. */
interface Before {
  readonly ca: string;
  readonly identities: readonly Identity[];
  readonly executionArn: string;
}

async function fill(stack: RunningStack): Promise<Before> {
  await advanceClock(stack, DAY_SECONDS);
  const identities = [await makeIdentity(stack, waiting), await makeIdentity(stack, busy)];
  const [one, other] = await Promise.all(identities.map((identity) => register(stack, identity)));
  await one?.close();
  const s3 = { ...stack.clientConfig, forcePathStyle: true };
  await using(new S3Client(s3), async (client) => {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'Dear Sir' }));
  });
  await using(new SQSClient(stack.clientConfig), (sqs) =>
    sqs.send(new SendMessageCommand({ QueueUrl: stack.queues.deadLetters, MessageBody: '{"kept":true}' })),
  );
  await using(new IoTDataPlaneClient(stack.clientConfig), (iot) =>
    iot.send(
      new UpdateThingShadowCommand({ thingName: busy, payload: '{"state":{"desired":{"light":"on"}}}' }),
    ),
  );
  const executionArn = await schedule(stack, waiting);
  const ca = await readFile(stack.mqtt.caFile, 'utf8');
  await other?.mqtt.publishAsync(`devices/${busy}/update`, '{"name":"acknowledged"}', { qos: 1 });
  return { ca, identities, executionArn };
}

describe('a runtime that keeps its data', () => {
  let directory: string;
  let args: readonly string[];
  let before: Before;
  let stack: RunningStack;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'data-'));
    args = ['--data', join(directory, 'data')];
    const killed = await startStack(args);
    before = await fill(killed);
    await killed.kill();
    stack = await startStack(args);
  }, 60_000);

  afterAll(async () => {
    expect(await stack.stop()).toBe(0);
    await rm(directory, { recursive: true });
  });

  it('has its tables, and what it had acknowledged when it was killed comes to be', async () => {
    await eventually(async () => {
      const { devices } = await devicesOf(stack);
      expect(devices).toMatchObject([{ id: busy, name: 'acknowledged' }, { id: waiting }]);
    });
  });

  it('is the same to devices: their certificates connect, and they trust it', async () => {
    expect(await readFile(stack.mqtt.caFile, 'utf8')).toBe(before.ca);
    for (const identity of before.identities) {
      const device = await connectDevice(stack, identity);
      await device.close();
    }
    const { payload } = await using(new IoTDataPlaneClient(stack.clientConfig), (iot) =>
      iot.send(new GetThingShadowCommand({ thingName: busy })),
    );
    expect(JSON.parse(Buffer.from(payload ?? []).toString())).toMatchObject({ version: 1 });
  });

  it('has its objects and messages', async () => {
    const s3 = new S3Client({ ...stack.clientConfig, forcePathStyle: true });
    const object = await using(s3, async (client) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return Body?.transformToString();
    });
    expect(object).toBe('Dear Sir');
    const { Messages } = await using(new SQSClient(stack.clientConfig), (sqs) =>
      sqs.send(new ReceiveMessageCommand({ QueueUrl: stack.queues.deadLetters, MaxNumberOfMessages: 10 })),
    );
    expect(Messages).toMatchObject([{ Body: '{"kept":true}' }]);
  });

  it('is ahead of time by as much, and executions end that waited', async () => {
    const { executionArn } = before;
    expect((await clockOf(stack)).offsetSeconds).toBe(DAY_SECONDS);
    expect(await describeExecution(stack, executionArn)).toMatchObject({ status: 'RUNNING' });

    await advanceClock(stack, HOUR_SECONDS + 1);
    await eventually(async () => {
      const { status, output = '{}' } = await describeExecution(stack, executionArn);
      expect([status, JSON.parse(output).outcome]).toEqual(['SUCCEEDED', 'decommissioned']);
    });
    const { invalidDevices } = await devicesOf(stack);
    expect(invalidDevices).toMatchObject([{ id: waiting }]);
  });

  it('lets nobody else have the directory', async () => {
    await expect(startStack(args)).rejects.toThrow(/^error: Another runtime is using .*\/data: stop it, or/);
  });
});
