import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Stack } from '../stack.ts';
import { describeDevice } from './describe.ts';
import { isDeviceId } from './device-id.ts';
import { macAddressGuard, serialNumberGuard } from './guards.ts';
import { getRecord, readRecords } from './reader.ts';

interface FoundDevice {
  readonly deviceId: string;
  /** What of it the text is. */
  readonly by: 'deviceId' | 'serialNumber' | 'macAddress';
}

/** Of six bytes or eight, in whatever notation: `02:00:5e:10:00:0a`, `02-00-5E-10-00-0A`, `0200.5e10.000a`. */
const isMacAddress = (text: string): boolean =>
  /^([0-9a-f]{12}|[0-9a-f]{16})$/i.test(text.replaceAll(/[:.-]/g, ''));
/** DynamoDB takes keys of 2,048 bytes, and refuses the call beyond. */
const MAX_CHARACTERS = 256;

/**
 * The devices whose id, serial number or MAC address a text is, in this order; it may be the id of one and the serial
 * number of another. Also those that are out of service, until they are purged. Errors are those of the SDK.
 * @param tables their names
 */
export async function findDevices(
  client: DynamoDBClient,
  tables: Stack['tables'],
  text: string,
): Promise<readonly FoundDevice[]> {
  const wanted = text.trim();
  if (wanted === '' || wanted.length > MAX_CHARACTERS) return [];
  const found = await Promise.all([
    findById(client, tables, wanted),
    findByGuard(client, tables, serialNumberGuard(wanted), 'serialNumber'),
    ...(isMacAddress(wanted) ? [findByGuard(client, tables, macAddressGuard(wanted), 'macAddress')] : []),
  ]);
  return found.filter((device) => device !== undefined);
}

async function findById(
  client: DynamoDBClient,
  tables: Stack['tables'],
  deviceId: string,
): Promise<FoundDevice | undefined> {
  if (!isDeviceId(deviceId)) return undefined;
  const { state } = describeDevice(deviceId, await readRecords(client, tables, deviceId), 0);
  return state === 'unknown' ? undefined : { deviceId, by: 'deviceId' };
}

async function findByGuard(
  client: DynamoDBClient,
  { devices }: Stack['tables'],
  id: string,
  by: FoundDevice['by'],
): Promise<FoundDevice | undefined> {
  const deviceId = (await getRecord(client, devices, id))?.['deviceId'];
  return typeof deviceId === 'string' ? { deviceId, by } : undefined;
}
