import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { aDecommission, aDevice } from '@device-lifecycle/test-kit/devices.ts';
import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { toInvalidItem, toSnapshot } from '../../../shared/adapters/device-store/records.ts';
import type { Device } from '../../../shared/domain/device.ts';
import { readStream, type StreamRecord } from '../../support/table-changes.ts';

export const deviceIdOf = (index: number): string => `device-${index}`;
export const certificateIdOf = (index: number): string => `certificate-${index}`;
export const indexOf = (name: string): number => Number(/\d+$/.exec(name)?.[0]);

const BATCH = 25;

async function writeAll({ client, tables }: StoreFixture, requests: readonly WriteRequest[]): Promise<void> {
  for (let first = 0; first < requests.length; first += BATCH) {
    const RequestItems = { [tables.invalidDevices]: requests.slice(first, first + BATCH) };
    await client.send(new BatchWriteItemCommand({ RequestItems }));
  }
}

/** Records of devices out of service, whose certificates are off, and all of whose afterlife ends at `ttl`. */
export async function putFleet(at: StoreFixture, devices: number, ttl: number): Promise<void> {
  const puts = Array.from({ length: devices }, (_, index) => {
    const device = aDevice({ id: deviceIdOf(index), certificateIds: [certificateIdOf(index)] });
    const decommission = aDecommission({ at: ttl * 1000 - 60_000, requestId: `decommission-${index}` });
    const item = toInvalidItem(toSnapshot<Device>(marshall(device)), { decommission, ttl });
    const { pendingCredentials: __, pendingSince: ___, ...settled } = item;
    return { PutRequest: { Item: { ...settled, credentials: { S: 'inactive' } } } };
  });
  await writeAll(at, puts);
}

/** Removes them, as DynamoDB does when their second has come. @returns what the stream says of it, as Lambda gets it */
export async function expireFleet(
  at: StoreFixture,
  { endpoint, devices }: { readonly endpoint: string; readonly devices: number },
): Promise<readonly StreamRecord[]> {
  const keys = Array.from({ length: devices }, (_, index) => ({ id: { S: deviceIdOf(index) } }));
  await writeAll(
    at,
    keys.map((Key) => ({ DeleteRequest: { Key } })),
  );
  const records = await readStream(at.client, endpoint, at.tables.invalidDevices);
  const ApproximateCreationDateTime = at.clock() / 1000;
  return records.flatMap(({ dynamodb, ...record }) =>
    record.eventName === 'REMOVE'
      ? [{ ...record, dynamodb: { ...dynamodb, ApproximateCreationDateTime } }]
      : [],
  );
}

/** The records of a stream in so many shards, each of which has all of an item, in order. */
export function intoShards(records: readonly StreamRecord[], shards: number): StreamRecord[][] {
  const split: StreamRecord[][] = Array.from({ length: shards }, () => []);
  for (const record of records) split[indexOf(record.dynamodb.Keys.id.S) % shards]?.push(record);
  return split;
}
