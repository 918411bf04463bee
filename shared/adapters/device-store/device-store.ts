import { type DynamoDBClient, GetItemCommand, TransactGetItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Device, InvalidDevice } from '../../domain/device.ts';
import { guardId } from '../../domain/identifiers.ts';
import type { DeviceStore, Timing } from '../../ports.ts';
import { createLifecycleTransactions, type Tables } from './lifecycle-transactions.ts';
import { type Item, toLastRestore, toSnapshot } from './records.ts';
import { createSightings } from './sightings.ts';
import { retryTransientFaults } from './transact.ts';

/** The device store on DynamoDB. `client` should keep its connections alive. */
export function createDeviceStore(client: DynamoDBClient, tables: Tables): DeviceStore {
  async function readItem(table: string, id: string, timing: Timing): Promise<Item | undefined> {
    const get = new GetItemCommand({ TableName: table, Key: { id: { S: id } }, ConsistentRead: true });
    const { Item } = await retryTransientFaults((options) => client.send(get, options), timing);
    return Item;
  }

  return {
    ...createLifecycleTransactions(client, tables),
    ...createSightings(client, tables.devices),

    async readDevice(deviceId, timing) {
      const item = await readItem(tables.devices, deviceId, timing);
      return item === undefined ? undefined : toSnapshot<Device>(item);
    },

    async readInvalidDevice(deviceId, timing) {
      const item = await readItem(tables.invalidDevices, deviceId, timing);
      return item === undefined ? undefined : toSnapshot<InvalidDevice>(item);
    },

    async readBoth(deviceId, timing) {
      const get = (table: string) => ({ Get: { TableName: table, Key: { id: { S: deviceId } } } });
      const getBoth = new TransactGetItemsCommand({
        TransactItems: [get(tables.devices), get(tables.invalidDevices)],
      });
      const { Responses = [] } = await retryTransientFaults(
        (options) => client.send(getBoth, options),
        timing,
      );
      const [device, invalidDevice] = Responses.map(({ Item }) => Item);
      return {
        ...(device !== undefined && { device: toSnapshot<Device>(device) }),
        ...(invalidDevice !== undefined && { invalidDevice: toSnapshot<InvalidDevice>(invalidDevice) }),
      };
    },

    async readLastRestore({ id, serialNumber }, timing) {
      const guard = await readItem(
        tables.devices,
        guardId({ attribute: 'serialNumber', value: serialNumber }),
        timing,
      );
      return guard?.['deviceId']?.S === id ? toLastRestore(guard) : undefined;
    },
  };
}
