import { type DynamoDBClient, GetItemCommand, TransactGetItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Device, InvalidDevice } from '../../domain/device.ts';
import { guardId } from '../../domain/identifiers.ts';
import type { DeviceStore } from '../../ports.ts';
import { createLifecycleTransactions, type Tables } from './lifecycle-transactions.ts';
import { type Item, toLastRestore, toSnapshot } from './records.ts';
import { createSightings } from './sightings.ts';

/** The device store on DynamoDB. `client` should keep its connections alive. */
export function createDeviceStore(client: DynamoDBClient, tables: Tables): DeviceStore {
  async function readItem(table: string, id: string): Promise<Item | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { id: { S: id } }, ConsistentRead: true }),
    );
    return Item;
  }

  return {
    ...createLifecycleTransactions(client, tables),
    ...createSightings(client, tables.devices),

    async readDevice(deviceId) {
      const item = await readItem(tables.devices, deviceId);
      return item === undefined ? undefined : toSnapshot<Device>(item);
    },

    async readInvalidDevice(deviceId) {
      const item = await readItem(tables.invalidDevices, deviceId);
      return item === undefined ? undefined : toSnapshot<InvalidDevice>(item);
    },

    async readBoth(deviceId) {
      const get = (table: string) => ({ Get: { TableName: table, Key: { id: { S: deviceId } } } });
      const { Responses = [] } = await client.send(
        new TransactGetItemsCommand({ TransactItems: [get(tables.devices), get(tables.invalidDevices)] }),
      );
      const [device, invalidDevice] = Responses.map(({ Item }) => Item);
      return {
        ...(device !== undefined && { device: toSnapshot<Device>(device) }),
        ...(invalidDevice !== undefined && { invalidDevice: toSnapshot<InvalidDevice>(invalidDevice) }),
      };
    },

    async readLastRestore(serialNumber) {
      return toLastRestore(
        await readItem(tables.devices, guardId({ attribute: 'serialNumber', value: serialNumber })),
      );
    },
  };
}
