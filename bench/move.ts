import { setTimeout as delay } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { itemsOf, makeDevice } from '@device-lifecycle/test-kit/fleet-devices.ts';
import { type Device as ConnectedDevice, connectDevice } from '@device-lifecycle/test-kit/laptop/device.ts';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { decommission } from '../shared/adapters/device-store/decommission.ts';
import { createDeviceStore } from '../shared/adapters/device-store/device-store.ts';
import { listPendingCredentials } from '../shared/adapters/device-store/list-pending-credentials.ts';
import { readBoth, readDevice, readLastRestore } from '../shared/adapters/device-store/reads.ts';
import { decommissionDevice } from '../shared/commands/decommission-device.ts';
import type { Device } from '../shared/domain/device.ts';
import type { DeviceStore } from '../shared/ports.ts';
import { createFleet } from './identities.ts';

/** Devices that are on their way at once. */
export const CONCURRENCY = 16;
const RETENTION = { defaultDays: 30, byType: {} };

/** Devices with two guards each. */
export function makeDevices(prefix: string, count: number): Device[] {
  return Array.from({ length: count }, (_, index) => ({
    ...makeDevice(prefix, index),
    macAddress: `02:00:00:${(index >> 8).toString(16).padStart(2, '0')}:${(index & 255).toString(16).padStart(2, '0')}:${prefix}`,
  }));
}

/** Puts devices and their guards into the table. */
export async function putDevices(
  client: DynamoDBClient,
  table: string,
  devices: readonly Device[],
): Promise<void> {
  const items = devices.flatMap(itemsOf);
  for (let first = 0; first < items.length; first += 25) {
    const requests = items.slice(first, first + 25).map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  }
}

const input = (deviceId: string) =>
  ({
    deviceId,
    reason: 'benchmark',
    requestedBy: 'bench',
    requestId: deviceId,
    requestedAt: Date.now(),
    source: 'execution',
  }) as const;

/** What the command needs of a store. */
export const OPERATIONS = { decommission, listPendingCredentials, readBoth, readDevice, readLastRestore };
/** For what other systems are told, of which nobody knows when it is done. */
const SETTLING_MS = 2_000;

const context = () => ({ clock: Date.now, deadlineEpochMs: Date.now() + 10_000, retention: RETENTION });

/** Moves a device by the service's command alone. */
export async function moveByCommand(
  deviceId: string,
  store: Pick<DeviceStore, 'decommission' | 'readBoth' | 'readDevice' | 'readLastRestore'>,
): Promise<void> {
  await decommissionDevice(input(deviceId), { ...context(), store });
}

/** The very calls that the command makes, so that they can be made without it. */
export async function captureCalls(
  client: DynamoDBClient,
  tables: { readonly devices: string; readonly invalidDevices: string },
  devices: readonly Device[],
): Promise<TransactWriteItemsCommandInput[]> {
  const calls: TransactWriteItemsCommandInput[] = [];
  const recorder = {
    send: (command: { readonly input: object }) => {
      if (!(command instanceof TransactWriteItemsCommand)) return client.send(command as never);
      calls.push(command.input);
      return Promise.resolve({});
    },
  } as unknown as DynamoDBClient;
  const store = createDeviceStore({ client: recorder, tables }, OPERATIONS);
  for (const { id } of devices) await decommissionDevice(input(id), { ...context(), store });
  return calls;
}

/** What follows a move (certificates, events) uses the same processors: it must not slow down whoever is next. */
export async function waitForFollowers(store: Pick<DeviceStore, 'listPendingCredentials'>): Promise<void> {
  while ((await store.listPendingCredentials('newestFirst', 1, context())).length > 0) await delay(100);
  await delay(SETTLING_MS);
}

/** Devices that are there, each with a certificate of its own, over MQTT. */
export async function connectAll(
  stack: Pick<RunningStack, 'clientConfig' | 'mqtt' | 'policies'>,
  devices: readonly Device[],
): Promise<ConnectedDevice[]> {
  const connected: ConnectedDevice[] = [];
  const fleet = await createFleet(stack);
  for (let first = 0; first < devices.length; first += CONCURRENCY) {
    const batch = devices.slice(first, first + CONCURRENCY);
    connected.push(
      ...(await Promise.all(batch.map(async ({ id }) => connectDevice(stack, await fleet.make(id))))),
    );
  }
  fleet.close();
  return connected;
}
