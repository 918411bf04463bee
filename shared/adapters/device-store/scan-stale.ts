import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Device } from '../../domain/device.ts';
import { toStaleDevice } from '../../domain/stale.ts';
import type { Operation } from './operation.ts';
import { fromItem } from './records.ts';
import { retryTransientFaults } from './transact.ts';

/** Guards have no registeredAt, which no comparison holds for. */
const IS_STALE = [
  'registeredAt < :seenBefore',
  '(attribute_not_exists(lastSeenAt) OR lastSeenAt < :seenBefore)',
  '(attribute_not_exists(presence) OR (presence.connected = :offline AND presence.#at < :seenBefore))',
].join(' AND ');

/** One call, which looks through 1 MB at most, whatever it finds. */
export const scanStaleDevices: Operation<'scanStaleDevices'> =
  ({ client, tables: { devices } }) =>
  async ({ segment, totalSegments, seenBefore, cursor }, timing) => {
    const scan = new ScanCommand({
      TableName: devices,
      Segment: segment,
      TotalSegments: totalSegments,
      FilterExpression: IS_STALE,
      ProjectionExpression: 'id, lastSeenAt, presence, registeredAt, #type, serialNumber',
      ExpressionAttributeNames: { '#at': 'at', '#type': 'type' },
      ExpressionAttributeValues: { ':seenBefore': { N: String(seenBefore) }, ':offline': { BOOL: false } },
      ...(cursor !== undefined && { ExclusiveStartKey: { id: { S: cursor } } }),
    });
    const { Items = [], LastEvaluatedKey } = await retryTransientFaults(
      (options) => client.send(scan, options),
      timing,
    );
    const next = LastEvaluatedKey?.['id']?.S;
    return {
      devices: Items.map((item) => toStaleDevice(fromItem(item) as Device)),
      ...(next !== undefined && { cursor: next }),
    };
  };
