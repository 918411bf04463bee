import { DescribeCertificateCommand, DescribeThingCommand } from '@aws-sdk/client-iot';
import { serialNumberGuard } from '@device-lifecycle/operator/device/guards.ts';
import { getRecord } from '@device-lifecycle/operator/device/reader.ts';
import type { Standing } from '../../contract/laptop.ts';
import { factsOf } from '../device/record-facts.ts';
import type { ConsoleTools } from '../tools.ts';
import type { DeviceIdentity } from './make-device.ts';

/** What the tables and AWS IoT have of a device now. Errors are those of the SDK. */
export async function readStanding(
  { clients, stack }: Pick<ConsoleTools, 'clients' | 'stack'>,
  { deviceId, certificateId }: Pick<DeviceIdentity, 'deviceId' | 'certificateId'>,
  serialNumber: string,
): Promise<Standing> {
  const { dynamoDb, iot } = clients;
  const { devices, invalidDevices } = stack.tables;
  const [device, invalidDevice, guard, certificate, thing] = await Promise.all([
    getRecord(dynamoDb, devices, deviceId),
    getRecord(dynamoDb, invalidDevices, deviceId),
    getRecord(dynamoDb, devices, serialNumberGuard(serialNumber)),
    unlessMissing(iot.send(new DescribeCertificateCommand({ certificateId }))),
    unlessMissing(iot.send(new DescribeThingCommand({ thingName: deviceId }))),
  ]);
  const { name, version, lastSeenAt, decommission } = factsOf(device ?? invalidDevice ?? {});
  const reason = device === undefined ? decommission?.reason : undefined;
  const owner = guard?.['deviceId'];
  const status = certificate?.certificateDescription?.status;
  return {
    ...whereabouts(device, invalidDevice),
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    ...(lastSeenAt !== undefined && { lastSeenAt }),
    ...(reason !== undefined && { reason }),
    ...(typeof owner === 'string' && { serialNumberOf: owner }),
    ...(status !== undefined && { certificateStatus: status }),
    hasThing: thing !== undefined,
  };
}

type Item = Readonly<Record<string, unknown>> | undefined;

function whereabouts(device: Item, invalidDevice: Item): Pick<Standing, 'state' | 'isHeld' | 'expiresAtMs'> {
  if (device !== undefined) return { state: 'active', isHeld: false };
  if (invalidDevice === undefined) return { state: 'none', isHeld: false };
  const { ttl } = invalidDevice;
  // `ttl` is in epoch seconds.
  const end = typeof ttl === 'number' ? { expiresAtMs: ttl * 1_000 } : {};
  return { state: 'decommissioned', isHeld: typeof ttl !== 'number', ...end };
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (Object(error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
