import type { AttributeValue, ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { PENDING_INDEX } from '@device-lifecycle/operator/device/reader.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { DeviceList } from '../../contract/devices.ts';

/** What a list is read from. */
export interface ListSource {
  readonly table: keyof Stack['tables'];
  /** It has keys alone. */
  readonly index?: string;
  readonly isListed: string;
}

export interface ListFilter {
  readonly type?: string | undefined;
  readonly text?: string | undefined;
}

// Ids of guards and of purges have a `#`, which no device's has.
const isDevice = 'NOT contains(id, :hash)';
/** A record lives until its `ttl`, even where DynamoDB has not removed it yet; under legal hold it has none. */
const isNotExpired = '(attribute_not_exists(#ttl) OR #ttl > :now)';
const isAtHand = `${isDevice} AND ${isNotExpired}`;
const isPurge = `begins_with(id, :purge) AND ${isNotExpired}`;
const isOfType = '(#type = :type OR device.#type = :type)';
const TEXTS = ['id', 'serialNumber', 'macAddress', '#name', 'device.serialNumber', 'device.macAddress'];
const hasText = `(${TEXTS.map((path) => `contains(${path}, :text)`).join(' OR ')})`;

export const SOURCES: Readonly<Record<DeviceList, readonly ListSource[]>> = {
  active: [{ table: 'devices', isListed: isDevice }],
  decommissioned: [{ table: 'invalidDevices', isListed: isAtHand }],
  pending: [
    { table: 'invalidDevices', index: PENDING_INDEX, isListed: isDevice },
    { table: 'devices', index: PENDING_INDEX, isListed: isDevice },
  ],
  held: [{ table: 'invalidDevices', isListed: `${isDevice} AND attribute_not_exists(#ttl)` }],
  ghosts: [{ table: 'invalidDevices', isListed: `${isAtHand} AND attribute_exists(ghost)` }],
  purging: [{ table: 'invalidDevices', isListed: `((${isDevice} AND #ttl <= :now) OR (${isPurge}))` }],
};

/** What a row is made of. */
const COLUMNS =
  'id, deviceId, serialNumber, macAddress, #type, #name, lastSeenAt, presence, #ttl, pendingSince, ghost, device, purge, receipt';
const NAMES = { '#ttl': 'ttl', '#type': 'type', '#name': 'name' } as const;

export const PROJECTION = { ProjectionExpression: COLUMNS, ExpressionAttributeNames: NAMES };

/** What a scan of a source looks for. `nowSeconds`: since the epoch. */
export function scanOf(
  { isListed, index }: ListSource,
  { type, text }: ListFilter,
  nowSeconds: number,
): Partial<ScanCommandInput> {
  // An index of keys alone knows nothing of types and texts.
  if (index !== undefined) {
    return {
      IndexName: index,
      FilterExpression: isListed,
      ProjectionExpression: 'id',
      ExpressionAttributeValues: { ':hash': { S: '#' } },
    };
  }
  const conditions = [
    isListed,
    ...(type === undefined ? [] : [isOfType]),
    ...(text === undefined ? [] : [hasText]),
  ];
  const FilterExpression = conditions.join(' AND ');
  const values: Record<string, AttributeValue> = {
    ':hash': { S: '#' },
    ':purge': { S: 'purge#' },
    ':now': { N: String(nowSeconds) },
    ':type': { S: type ?? '' },
    ':text': { S: text ?? '' },
  };
  // DynamoDB refuses values that no expression uses.
  const used = Object.entries(values).filter(([name]) => FilterExpression.includes(name));
  return { ...PROJECTION, FilterExpression, ExpressionAttributeValues: Object.fromEntries(used) };
}
