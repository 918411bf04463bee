import { type DynamoDBClient, GetItemCommand, TransactGetItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Device, InvalidDevice } from '../../domain/device.ts';
import { guardId } from '../../domain/identifiers.ts';
import type { Timing } from '../../ports.ts';
import type { Operation } from './operation.ts';
import { type Item, toLastRestore, toSnapshot } from './records.ts';
import { retryTransientFaults } from './transact.ts';

/** Strongly consistent. */
export async function readItem(
  client: DynamoDBClient,
  { table, id }: { readonly table: string; readonly id: string },
  timing: Timing,
): Promise<Item | undefined> {
  const get = new GetItemCommand({ TableName: table, Key: { id: { S: id } }, ConsistentRead: true });
  const { Item } = await retryTransientFaults((options) => client.send(get, options), timing);
  return Item;
}

export const readDevice: Operation<'readDevice'> =
  ({ client, tables: { devices } }) =>
  async (deviceId, timing) => {
    const item = await readItem(client, { table: devices, id: deviceId }, timing);
    return item === undefined ? undefined : toSnapshot<Device>(item);
  };

export const readInvalidDevice: Operation<'readInvalidDevice'> =
  ({ client, tables: { invalidDevices } }) =>
  async (deviceId, timing) => {
    const item = await readItem(client, { table: invalidDevices, id: deviceId }, timing);
    return item === undefined ? undefined : toSnapshot<InvalidDevice>(item);
  };

export const readBoth: Operation<'readBoth'> =
  ({ client, tables: { devices, invalidDevices } }) =>
  async (deviceId, timing) => {
    const get = (table: string) => ({ Get: { TableName: table, Key: { id: { S: deviceId } } } });
    const getBoth = new TransactGetItemsCommand({ TransactItems: [get(devices), get(invalidDevices)] });
    const { Responses = [] } = await retryTransientFaults((options) => client.send(getBoth, options), timing);
    const [device, invalidDevice] = Responses.map(({ Item }) => Item);
    return {
      ...(device !== undefined && { device: toSnapshot<Device>(device) }),
      ...(invalidDevice !== undefined && { invalidDevice: toSnapshot<InvalidDevice>(invalidDevice) }),
    };
  };

export const readLastRestore: Operation<'readLastRestore'> =
  ({ client, tables: { devices } }) =>
  async ({ id, serialNumber }, timing) => {
    const guard = guardId({ attribute: 'serialNumber', value: serialNumber });
    const item = await readItem(client, { table: devices, id: guard }, timing);
    return item?.['deviceId']?.S === id ? toLastRestore(item) : undefined;
  };
