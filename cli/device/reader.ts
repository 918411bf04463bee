import {
  DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Stack } from '../stack.ts';
import type { DeviceRecords, StoredRecord } from './records.ts';

/** Over which the pending work of a table's index is spread, as the functions do it; a test compares the two. */
const PENDING_PARTITIONS = 16;
const PENDING_INDEX = 'pending-credentials';

/** Reads all that the stack's tables have of a device, as it is now. Errors are those of the SDK. */
export async function readDevice(stack: Stack, deviceId: string): Promise<DeviceRecords> {
  const client = new DynamoDBClient({ ...stack.clientConfig });
  try {
    return await readRecords(client, stack.tables, deviceId);
  } finally {
    client.destroy();
  }
}

async function readRecords(
  client: DynamoDBClient,
  { devices, invalidDevices }: Stack['tables'],
  deviceId: string,
): Promise<DeviceRecords> {
  const get = async (TableName: string, id: string): Promise<StoredRecord | undefined> => {
    const input: GetItemCommandInput = { TableName, Key: { id: { S: id } }, ConsistentRead: true };
    const { Item } = await client.send(new GetItemCommand(input));
    return Item && unmarshall(Item);
  };
  const [device, invalidDevice] = await Promise.all([get(devices, deviceId), get(invalidDevices, deviceId)]);
  const ids = guardIdsOf(device ?? invalidDevice ?? {});
  const guards = await Promise.all(ids.map(async (id) => ({ id, guard: await get(devices, id) })));
  const purgeId = await findPurge(client, invalidDevices, deviceId);
  const purge = purgeId === undefined ? undefined : await get(invalidDevices, purgeId);
  return { device, invalidDevice, guards, purge };
}

/** By the unique values of a record; MAC addresses in the notation that they are compared in. */
function guardIdsOf({ serialNumber, macAddress }: StoredRecord): readonly string[] {
  const ids = typeof serialNumber === 'string' ? [`serialNumber#${serialNumber}`] : [];
  if (typeof macAddress === 'string') {
    const digits = macAddress.replaceAll(/[^0-9a-f]/gi, '').toUpperCase();
    ids.push(`macAddress#${digits.match(/../g)?.join(':') ?? digits}`);
  }
  return ids;
}

/** The record of a purge that is not done yet. Those that are done cannot be found by their device. */
async function findPurge(
  client: DynamoDBClient,
  TableName: string,
  deviceId: string,
): Promise<string | undefined> {
  let hash = 0;
  for (const character of deviceId) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  const pages = paginateQuery(
    { client },
    {
      TableName,
      IndexName: PENDING_INDEX,
      KeyConditionExpression: 'pendingCredentials = :partition',
      FilterExpression: 'begins_with(id, :purge)',
      ExpressionAttributeValues: {
        ':partition': { S: `purge-${hash % PENDING_PARTITIONS}` },
        ':purge': { S: `purge#${deviceId}#` },
      },
    },
  );
  for await (const { Items = [] } of pages) {
    const [found] = Items;
    if (found !== undefined) return found['id']?.S;
  }
  return undefined;
}
