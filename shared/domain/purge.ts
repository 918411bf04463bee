import type { CertificateState } from './credentials.ts';
import type { CredentialsLease, Deactivation, Decommission, InvalidDevice } from './device.ts';

/** Who or what ended a record's afterlife. */
export interface Purge {
  /** Epoch milliseconds. */
  readonly at: number;
  /** `ttl`: its retention was over; `execution`: an operator did not wait for that. */
  readonly source: 'ttl' | 'execution';
  readonly reason?: string;
  readonly requestedBy?: string;
  readonly requestId?: string;
  readonly correlationId?: string;
}

/** What a purge has to know of the device whose record is gone. */
export type PurgedDevice = Pick<
  InvalidDevice,
  | 'serialNumber'
  | 'macAddress'
  | 'type'
  | 'version'
  | 'certificateIds'
  | 'registeredAt'
  | 'decommission'
  | 'ttl'
  | 'credentials'
> & { readonly deactivation?: Deactivation };

/** What AWS IoT keeps by the name of a thing, besides the thing and its certificates. */
export interface ThingBelongings {
  readonly thingGroups: readonly string[];
  /** Of shadows; the classic one's is the empty string. */
  readonly shadows: readonly string[];
}

/** What is to be removed, written down before anything is, so that the receipt lists it all. */
export interface FoundRemains extends ThingBelongings {
  readonly certificateIds: readonly string[];
}

/** What was removed from AWS IoT. */
export interface Receipt extends FoundRemains {
  /** Epoch milliseconds. */
  readonly completedAt: number;
  /** `kept`: somebody else has it now, a device that was registered since or one that is being prepared. */
  readonly thing: 'deleted' | 'kept';
  /** Certificates that other things share, or that somebody has turned on again. */
  readonly keptCertificateIds: readonly string[];
}

/**
 * What is left of a device whose record is gone: an item of the invalid-data table beside the devices. There is work to
 * do until it has a receipt, and it is removed by its own `ttl` some days after that.
 */
export interface PurgeRecord {
  readonly id: string;
  readonly deviceId: string;
  readonly device: PurgedDevice;
  readonly purge: Purge;
  /** Epoch milliseconds; while there is work to do. */
  readonly pendingSince?: number;
  /** Nobody else works on it until then. */
  readonly lease?: CredentialsLease;
  readonly found?: FoundRemains;
  readonly receipt?: Receipt;
  /** Epoch seconds. */
  readonly ttl?: number;
}

/** A receipt is kept so long: longer than a stream may come with the same removal again, and a request be repeated. */
export const RECEIPT_DAYS = 7;

/** `#` is not legal in a deviceId, so that no device has it. */
const PREFIX = 'purge#';

/** The id of what a request's purge leaves behind: whoever repeats the request finds it. */
export const requestedPurgeId = (deviceId: string, requestId: string): string =>
  `${PREFIX}${deviceId}#request#${requestId}`;

const expiredPurgeId = (deviceId: string, { at }: Decommission): string => `${PREFIX}${deviceId}#ttl#${at}`;

/** Whether an item of the invalid-data table is the record of a device. */
export const isDeviceRecord = (id: string): boolean => !id.startsWith(PREFIX);

/** Of which device a purge is. */
export const deviceOfPurge = (purgeId: string): string => purgeId.slice(PREFIX.length).split('#')[0] ?? '';

function toPurgedDevice(device: InvalidDevice): PurgedDevice {
  const { serialNumber, macAddress, type, version, certificateIds, registeredAt } = device;
  const { decommission, ttl, credentials, credentialsWork } = device;
  const known = { serialNumber, version, certificateIds, registeredAt, decommission, credentials };
  return {
    ...known,
    ...(macAddress !== undefined && { macAddress }),
    ...(type !== undefined && { type }),
    ...(ttl !== undefined && { ttl }),
    ...(credentialsWork?.deactivation !== undefined && { deactivation: credentialsWork.deactivation }),
  };
}

/** What is left of a device that an operator has purged. */
export const requestedPurge = (
  device: InvalidDevice,
  purge: Omit<Purge, 'source'> & { readonly requestId: string },
): PurgeRecord => ({
  id: requestedPurgeId(device.id, purge.requestId),
  deviceId: device.id,
  device: toPurgedDevice(device),
  purge: { ...purge, source: 'execution' },
});

/** What is left of a device whose retention was over. `at`: epoch milliseconds of the record's removal. */
export const expiredPurge = (device: InvalidDevice, at: number): PurgeRecord => ({
  id: expiredPurgeId(device.id, device.decommission),
  deviceId: device.id,
  device: toPurgedDevice(device),
  purge: { at, source: 'ttl' },
});

/** The certificates that are known to be the device's. */
export const certificatesOf = ({ certificateIds, deactivation }: PurgedDevice): ReadonlySet<string> =>
  new Set([
    ...certificateIds,
    ...(deactivation?.certificateIds ?? []),
    ...(deactivation?.sharedCertificateIds ?? []),
  ]);

/**
 * What becomes of a certificate: `remove` it; `detach` it from the thing, for others use it too; or `keep` it as it is,
 * since somebody has turned it on again, or attached it to the thing for what is to come.
 */
export function fateOf(
  { certificateId, status, thingNames, createdAt }: CertificateState,
  { deviceId, device }: Pick<PurgeRecord, 'deviceId' | 'device'>,
): 'remove' | 'detach' | 'keep' {
  const isKnown = certificatesOf(device).has(certificateId);
  const isFromBefore = createdAt !== undefined && createdAt <= device.decommission.at;
  if (!isKnown && !isFromBefore) return 'keep';
  if (thingNames.some((thingName) => thingName !== deviceId)) return 'detach';
  const isOff = status === 'INACTIVE' || status === 'REVOKED';
  // Nobody has got to it, or others used it too, who are gone by now.
  const wasLeftOn =
    device.credentials === 'pending' || device.deactivation?.sharedCertificateIds.includes(certificateId);
  const isYetToBeTurnedOff = isKnown && status === 'ACTIVE' && wasLeftOn === true;
  return isOff || isYetToBeTurnedOff ? 'remove' : 'keep';
}
