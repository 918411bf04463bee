import { randomUUID } from 'node:crypto';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { connectDevice, type Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import { createOperator, type Operator } from '@device-lifecycle/test-kit/laptop/executions.ts';
import type { Identity } from '@device-lifecycle/test-kit/laptop/identity.ts';
import { type RunningStack, startStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { makeIdentity } from '@device-lifecycle/test-kit/new-device.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemsOfEvent } from '../support/event-schema.ts';

const BUS = 'device-lifecycle-dev';
const WATCHED = '/aws/events/left-service';

interface Event {
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>> & {
    readonly id: string;
    readonly deviceId: string;
    readonly registeredAt: number;
    readonly sequence: number;
  };
}

let stack: RunningStack;
let operator: Operator;
let logs: CloudWatchLogsClient;
let eventBridge: EventBridgeClient;

beforeAll(async () => {
  stack = await startStack();
  operator = createOperator(stack);
  logs = new CloudWatchLogsClient(stack.clientConfig);
  eventBridge = new EventBridgeClient(stack.clientConfig);
});

afterAll(async () => {
  operator.close();
  logs.destroy();
  eventBridge.destroy();
  expect(await stack.stop()).toBe(0);
});

async function messagesIn(logGroupName: string): Promise<readonly string[]> {
  const messages: string[] = [];
  for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, { logGroupName })) {
    messages.push(...events.map(({ message = '' }) => message));
  }
  return messages;
}

/** The events of a device, as a consumer has them who drops duplicates and sorts the rest. */
async function eventsOf(deviceId: string, logGroupName = `/aws/events/${BUS}`): Promise<readonly Event[]> {
  const all = (await messagesIn(logGroupName)).map((message) => JSON.parse(message) as Event);
  const ofDevice = all.filter(({ detail }) => detail.deviceId === deviceId);
  const once = new Map(ofDevice.map((event) => [event.detail.id, event]));
  return [...once.values()].toSorted(
    ({ detail: one }, { detail: other }) =>
      one.registeredAt - other.registeredAt || one.sequence - other.sequence,
  );
}

const typesOf = (events: readonly Event[]) => events.map((event) => event['detail-type']);

/** The events of a device, once they are just these. */
async function told(deviceId: string, types: readonly string[]): Promise<readonly Event[]> {
  return eventually(async () => {
    const events = await eventsOf(deviceId);
    expect(typesOf(events)).toEqual(types);
    return events;
  });
}

async function registered(): Promise<{ readonly device: Device; readonly identity: Identity }> {
  const identity = await makeIdentity(stack, `dev-${randomUUID()}`);
  const device = await connectDevice(stack, identity);
  const answer = await device.request('register', {
    serialNumber: `SN-${device.deviceId}`,
    requestId: 'r-1',
  });
  expect(answer.verdict).toBe('accepted');
  return { device, identity };
}

async function execute(machine: keyof RunningStack['stateMachines'], input: object): Promise<void> {
  const { status } = await operator.run(stack.stateMachines[machine], { requestedBy: 'ann', ...input });
  expect(status).toBe('SUCCEEDED');
}

describe('the events of the packaged service', () => {
  it('tell a life from its registration to its purge, with who did what and why', async () => {
    const { device, identity } = await registered();
    const { deviceId } = device;
    await device.request('update', { name: 'pump', requestId: 'u-1' });
    await device.request('heartbeat');
    await device.close();
    await execute('decommissionDevice', { deviceId, reason: 'recall', retentionDays: 1 });
    await execute('restoreDevice', { deviceId, reason: 'by mistake' });
    const again = await connectDevice(stack, identity);
    await again.request('decommission', { reason: 'battery is low' });
    await again.close();
    await execute('purgeDevice', { deviceId, reason: 'request of the owner' });

    const events = await told(deviceId, [
      'DeviceRegistered',
      'DeviceUpdated',
      'DeviceDecommissioned',
      'DeviceRestored',
      'DeviceDecommissioned',
      'DevicePurged',
    ]);

    expect(events.flatMap(problemsOfEvent)).toEqual([]);
    const byDevice = { source: 'device', requestedBy: deviceId };
    const byAnn = { source: 'execution', requestedBy: 'ann' };
    expect(events.map(({ detail }) => [detail.sequence, detail['actor'], detail['reason']])).toEqual([
      [2, { ...byDevice, certificateId: identity.certificateId }, undefined],
      [4, byDevice, undefined],
      [5, byAnn, 'recall'],
      [6, byAnn, 'by mistake'],
      [7, byDevice, 'battery is low'],
      [8, byAnn, 'request of the owner'],
    ]);
    expect(events[1]?.detail).toMatchObject({ requestId: 'u-1', changed: ['name'] });
    expect(events.at(-1)?.detail).toMatchObject({
      device: { serialNumber: `SN-${deviceId}` },
      decommission: { reason: 'battery is low', requestedBy: deviceId },
      receipt: { thing: 'deleted', certificateIds: [identity.certificateId] },
    });
  }, 60_000);

  it('come to who subscribes, as docs/events.md says', async () => {
    const Name = 'left-service';
    await eventBridge.send(
      new PutRuleCommand({
        Name,
        EventBusName: BUS,
        EventPattern: '{"source":["device-lifecycle"],"detail-type":["DeviceDecommissioned","DevicePurged"]}',
      }),
    );
    const Arn = `arn:aws:logs:${stack.region}:${stack.accountId}:log-group:${WATCHED}`;
    const targets = new PutTargetsCommand({ Rule: Name, EventBusName: BUS, Targets: [{ Id: 'log', Arn }] });
    await eventBridge.send(targets);
    const { device } = await registered();
    await device.request('decommission');
    await device.close();

    await eventually(async () => {
      expect(typesOf(await eventsOf(device.deviceId, WATCHED))).toEqual(['DeviceDecommissioned']);
    });
  });

  it('start no function for heartbeats, and for nothing that other systems are not told of', async () => {
    const { device } = await registered();
    const { deviceId } = device;
    await told(deviceId, ['DeviceRegistered']);
    const invocations = async () =>
      (await messagesIn(`/aws/lambda/${stack.functions['publishEvents']}`)).filter(
        (message) => JSON.parse(message).type === 'platform.start',
      ).length;
    const before = await invocations();
    for (let beat = 0; beat < 20; beat += 1) await device.request('heartbeat');
    // Whoever has told of this has come past the heartbeats.
    await device.request('update', { name: 'pump' });
    await told(deviceId, ['DeviceRegistered', 'DeviceUpdated']);

    expect((await invocations()) - before).toBe(1);
    await device.close();
  });

  it('leave nothing in the dead-letter queue', async () => {
    const sqs = new SQSClient(stack.clientConfig);
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: stack.queues.deadLetters, WaitTimeSeconds: 0 }),
    );
    sqs.destroy();
    expect(Messages).toEqual([]);
  });
});
