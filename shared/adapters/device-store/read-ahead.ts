import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Device, InvalidDevice } from '../../domain/device.ts';
import type { Snapshot, Timing } from '../../ports.ts';
import type { Operation } from './operation.ts';
import { toSnapshot } from './records.ts';
import { jitteredDelayMs, retryTransientFaults } from './transact.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MAX_KEYS = 100;
/** After so many answers without an item, the rest is left to whoever reads it one by one. */
const MAX_FRUITLESS = 3;

type Read<T> = Map<string, Snapshot<T> | undefined>;

/** One call. @returns the ids that it has left out */
async function readPage<T extends Device | InvalidDevice>(
  client: DynamoDBClient,
  { table, ids, read }: { readonly table: string; readonly ids: readonly string[]; readonly read: Read<T> },
  timing: Timing,
): Promise<readonly string[]> {
  const Keys = ids.map((id) => ({ id: { S: id } }));
  const get = new BatchGetItemCommand({ RequestItems: { [table]: { Keys } } });
  const { Responses, UnprocessedKeys } = await retryTransientFaults(
    (options) => client.send(get, options),
    timing,
  );
  for (const id of ids) read.set(id, undefined);
  for (const item of Responses?.[table] ?? []) read.set(item['id']?.S ?? '', toSnapshot<T>(item));
  const unprocessed = (UnprocessedKeys?.[table]?.Keys ?? []).map(({ id }) => id?.S ?? '');
  for (const id of unprocessed) read.delete(id);
  return unprocessed;
}

/** Up to 100 keys: again and again what DynamoDB has left out, being throttled or at 16 MB. */
async function readKeys<T extends Device | InvalidDevice>(
  client: DynamoDBClient,
  { table, ids }: { readonly table: string; readonly ids: readonly string[] },
  timing: Timing,
): Promise<Read<T>> {
  const read: Read<T> = new Map();
  let rest = ids;
  for (let fruitless = 0; rest.length > 0 && fruitless < MAX_FRUITLESS; ) {
    if (fruitless > 0) await new Promise((resolve) => setTimeout(resolve, jitteredDelayMs(fruitless)));
    const unprocessed = await readPage(client, { table, ids: rest, read }, timing);
    fruitless = unprocessed.length < rest.length ? 0 : fruitless + 1;
    rest = unprocessed;
  }
  return read;
}

async function readAhead<T extends Device | InvalidDevice>(
  client: DynamoDBClient,
  { table, ids }: { readonly table: string; readonly ids: readonly string[] },
  timing: Timing,
): Promise<Read<T>> {
  const batches = Array.from({ length: Math.ceil(ids.length / MAX_KEYS) }, (_, index) =>
    ids.slice(index * MAX_KEYS, (index + 1) * MAX_KEYS),
  );
  const read = await Promise.all(batches.map((batch) => readKeys<T>(client, { table, ids: batch }, timing)));
  return new Map(read.flatMap((part) => [...part]));
}

export const readDevices: Operation<'readDevices'> =
  ({ client, tables: { devices } }) =>
  (ids, timing) =>
    readAhead<Device>(client, { table: devices, ids }, timing);

export const readInvalidDevices: Operation<'readInvalidDevices'> =
  ({ client, tables: { invalidDevices } }) =>
  (ids, timing) =>
    readAhead<InvalidDevice>(client, { table: invalidDevices, ids }, timing);
