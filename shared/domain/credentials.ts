import type { CredentialsWork, Device, InvalidDevice } from './device.ts';

/** What may be found of a certificate. */
export interface CertificateState {
  readonly certificateId: string;
  readonly status: string;
  /** The things that it is attached to. */
  readonly thingNames: readonly string[];
  /** Epoch milliseconds. */
  readonly createdAt?: number;
}

/** Whether somebody else works on the credentials, and is to be left alone. */
export const isLeasedByOther = (
  { lease }: CredentialsWork,
  { leaseId, nowEpochMs }: { readonly leaseId: string; readonly nowEpochMs: number },
): boolean => lease !== undefined && lease.id !== leaseId && lease.until > nowEpochMs;

/** Whether certificates are yet to be turned off. */
export const awaitsDeactivation = ({ credentials }: InvalidDevice): boolean => credentials === 'pending';

/** Whether certificates are yet to be turned on again. */
export const awaitsReactivation = ({ credentialsWork }: Device): boolean =>
  credentialsWork?.deactivation !== undefined;

/**
 * What a decommissioning has to turn off: what is ACTIVE and the device's alone. Certificates that an earlier
 * decommissioning turned off, and that its restore has not turned on again yet, belong to it too.
 */
export function planDeactivation(
  { decommission, credentialsWork }: InvalidDevice,
  found: readonly CertificateState[],
): NonNullable<CredentialsWork['deactivation']> {
  const turnedOffBefore = new Set(credentialsWork?.deactivation?.certificateIds);
  const isInUse = ({ certificateId, status }: CertificateState) =>
    status === 'ACTIVE' || turnedOffBefore.has(certificateId);
  const isShared = ({ thingNames }: CertificateState) => thingNames.length > 1;
  const inUse = found.filter(isInUse);
  const idOf = ({ certificateId }: CertificateState) => certificateId;
  return {
    requestId: decommission.requestId,
    certificateIds: inUse.filter((certificate) => !isShared(certificate)).map(idOf),
    sharedCertificateIds: inUse.filter(isShared).map(idOf),
  };
}
