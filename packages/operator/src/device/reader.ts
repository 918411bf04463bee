import {
  DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Stack } from '../stack.ts';
import { guardIdsOf } from './guards.ts';
import type { DeviceRecords, StoredRecord } from './records.ts';

/** Over which the pending work of a table's index is spread, as the functions do it; a test compares the two. */
export const PENDING_PARTITIONS = 16;
export const PENDING_INDEX = 'pending-credentials';

/** Reads all that the stack's tables have of a device, as it is now. Errors are those of the SDK. */
export async function readDevice(stack: Stack, deviceId: string): Promise<DeviceRecords> {
  const client = new DynamoDBClient({ ...stack.clientConfig });
  try {
    return await readRecords(client, stack.tables, deviceId);
  } finally {
    client.destroy();
  }
}

/** The same by a client that stays open. `tables`: their names. */
export async function readRecords(
  client: DynamoDBClient,
  { devices, invalidDevices }: Stack['tables'],
  deviceId: string,
): Promise<DeviceRecords> {
  const get = (table: string, id: string) => getRecord(client, table, id);
  const [device, invalidDevice] = await Promise.all([get(devices, deviceId), get(invalidDevices, deviceId)]);
  const ids = guardIdsOf(device ?? invalidDevice ?? {});
  const guards = await Promise.all(ids.map(async (id) => ({ id, guard: await get(devices, id) })));
  const purgeId = await findPurge(client, invalidDevices, deviceId);
  const purge = purgeId === undefined ? undefined : await get(invalidDevices, purgeId);
  return { device, invalidDevice, guards, purge };
}

/** An item as it is now, by its id. */
export async function getRecord(
  client: DynamoDBClient,
  TableName: string,
  id: string,
): Promise<StoredRecord | undefined> {
  const input: GetItemCommandInput = { TableName, Key: { id: { S: id } }, ConsistentRead: true };
  const { Item } = await client.send(new GetItemCommand(input));
  return Item && unmarshall(Item);
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
