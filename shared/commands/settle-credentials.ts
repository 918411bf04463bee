import {
  awaitsDeactivation,
  awaitsReactivation,
  type CertificateState,
  isLeasedByOther,
  planDeactivation,
} from '../domain/credentials.ts';
import type {
  CredentialsState,
  CredentialsWork,
  Deactivation,
  Device,
  InvalidDevice,
} from '../domain/device.ts';
import { CredentialsBusy, DeviceNotFound } from '../errors.ts';
import type { Credentials, DeviceStore, Snapshot, Timing } from '../ports.ts';
import { CHANGED, untilUnchanged } from './attempts.ts';

export interface SettleCredentialsResult {
  readonly deviceId: string;
  /** What the device's credentials are now. */
  readonly credentials: Exclude<CredentialsState, 'pending'> | 'active';
  /** Of the certificates that this call has turned off, or on again. */
  readonly certificateIds: readonly string[];
  /** Certificates that are in use by other things too, and were left on. */
  readonly sharedCertificateIds: readonly string[];
}

export interface SettleCredentialsDependencies extends Timing {
  readonly store: Pick<DeviceStore, 'readBoth' | 'changeCredentials'>;
  readonly credentials: Credentials;
  /** Nobody else's; what it leases is its own. */
  readonly leaseId: string;
}

/**
 * Longer than any function that works on credentials may run (see serverless.yml), so that whoever finds a lease ended
 * knows that its holder does nothing any more.
 */
export const LEASE_MS = 75_000;

type Attempt = Promise<SettleCredentialsResult | typeof CHANGED>;

/** What is known of the device's certificates: those that it has used, else those that are attached to it. */
async function findCertificates(
  { id, certificateIds, credentialsWork }: InvalidDevice,
  { credentials }: SettleCredentialsDependencies,
): Promise<readonly CertificateState[]> {
  const known = certificateIds.length > 0 ? certificateIds : await credentials.listCertificateIds(id);
  const ids = new Set([...known, ...(credentialsWork?.deactivation?.certificateIds ?? [])]);
  const found = [];
  for (const certificateId of ids) {
    const state = await credentials.describeCertificate(certificateId);
    if (state !== undefined) found.push(state);
  }
  return found;
}

async function change<T extends Device | InvalidDevice>(
  current: Snapshot<T>,
  to: Parameters<DeviceStore['changeCredentials']>[1],
  dependencies: SettleCredentialsDependencies,
): Promise<Snapshot<T> | typeof CHANGED> {
  const result = await dependencies.store.changeCredentials(current, to, dependencies);
  return result.outcome === 'changed' ? CHANGED : result.current;
}

/** Nobody else works on the record's credentials until the lease ends. What is to be done is written down with it. */
async function lease<T extends Device | InvalidDevice>(
  current: Snapshot<T>,
  deactivation: Deactivation | undefined,
  dependencies: SettleCredentialsDependencies,
): Promise<Snapshot<T> | typeof CHANGED> {
  const { leaseId, clock } = dependencies;
  const credentialsWork = {
    lease: { id: leaseId, until: clock() + LEASE_MS },
    ...(deactivation !== undefined && { deactivation }),
  };
  return change(current, { credentialsWork, credentials: 'pending' }, dependencies);
}

/** @throws CredentialsBusy while another's lease lasts */
function refuseLeased(
  { id, credentialsWork = {} }: Device,
  dependencies: SettleCredentialsDependencies,
): void {
  const { leaseId, clock } = dependencies;
  if (isLeasedByOther(credentialsWork, { leaseId, nowEpochMs: clock() })) throw new CredentialsBusy(id);
}

/** Made before anything is turned off, and kept: what was ACTIVE cannot be told afterwards. */
async function plan(
  record: InvalidDevice,
  dependencies: SettleCredentialsDependencies,
): Promise<Deactivation> {
  const planned = record.credentialsWork?.deactivation;
  if (planned?.requestId === record.decommission.requestId) return planned;
  return planDeactivation(record, await findCertificates(record, dependencies));
}

const withoutLease = ({ lease: _, ...work }: CredentialsWork): CredentialsWork => work;

async function deactivate(
  current: Snapshot<InvalidDevice>,
  dependencies: SettleCredentialsDependencies,
): Attempt {
  const { credentials } = dependencies;
  refuseLeased(current.record, dependencies);
  const deactivation = await plan(current.record, dependencies);
  const leased = await lease(current, deactivation, dependencies);
  if (leased === CHANGED) return CHANGED;
  const { id } = current.record;
  const { certificateIds, sharedCertificateIds } = deactivation;
  for (const certificateId of certificateIds) await credentials.setStatus(certificateId, 'INACTIVE');
  await credentials.closeConnection(id);
  const done = { credentialsWork: { deactivation }, credentials: 'inactive' } as const;
  const settled = await change(leased, done, dependencies);
  if (settled === CHANGED) return CHANGED;
  return { deviceId: id, credentials: 'inactive', certificateIds, sharedCertificateIds };
}

/** Turns on what the decommissioning turned off, and nothing that somebody has changed since. */
async function reactivate(current: Snapshot<Device>, dependencies: SettleCredentialsDependencies): Attempt {
  const { credentials } = dependencies;
  refuseLeased(current.record, dependencies);
  const { id, credentialsWork } = current.record;
  const leased = await lease(current, credentialsWork?.deactivation, dependencies);
  if (leased === CHANGED) return CHANGED;
  const { certificateIds = [], sharedCertificateIds = [] } = credentialsWork?.deactivation ?? {};
  for (const certificateId of certificateIds) {
    const state = await credentials.describeCertificate(certificateId);
    if (state?.status === 'INACTIVE') await credentials.setStatus(certificateId, 'ACTIVE');
  }
  const settled = await change(leased, { credentialsWork: undefined, credentials: 'active' }, dependencies);
  if (settled === CHANGED) return CHANGED;
  return { deviceId: id, credentials: 'active', certificateIds, sharedCertificateIds };
}

/** There is nothing to be done: what says otherwise in the index is taken out of it. */
async function confirm(
  current: Snapshot<Device | InvalidDevice>,
  credentials: SettleCredentialsResult['credentials'],
  dependencies: SettleCredentialsDependencies,
): Attempt {
  const { id: deviceId, credentialsWork, pendingSince } = current.record;
  if (pendingSince !== undefined) {
    const confirmed = await change(current, { credentialsWork, credentials }, dependencies);
    if (confirmed === CHANGED) return CHANGED;
  }
  const { certificateIds = [], sharedCertificateIds = [] } = credentialsWork?.deactivation ?? {};
  return { deviceId, credentials, certificateIds, sharedCertificateIds };
}

async function attempt(deviceId: string, dependencies: SettleCredentialsDependencies): Attempt {
  const { device, invalidDevice } = await dependencies.store.readBoth(deviceId, dependencies);
  if (device !== undefined) {
    return awaitsReactivation(device.record)
      ? reactivate(device, dependencies)
      : confirm(device, 'active', dependencies);
  }
  if (invalidDevice === undefined) throw new DeviceNotFound(deviceId);
  return awaitsDeactivation(invalidDevice.record)
    ? deactivate(invalidDevice, dependencies)
    : confirm(invalidDevice, 'inactive', dependencies);
}

/** Lets others at it at once, in whichever table the record lies now. Only for the sake of time: the lease ends by itself. */
async function release(deviceId: string, dependencies: SettleCredentialsDependencies): Promise<void> {
  const { store, leaseId } = dependencies;
  const { device, invalidDevice } = await store.readBoth(deviceId, dependencies);
  const current = device ?? invalidDevice;
  const work = current?.record.credentialsWork;
  if (current === undefined || work?.lease?.id !== leaseId) return;
  const credentialsWork = withoutLease(work);
  await store.changeCredentials(current, { credentialsWork, credentials: 'pending' }, dependencies);
}

/**
 * Brings a device's access into line with its data: its certificates off and its session dropped while it is out of
 * service, and on again, as they were, when it is back. Level-triggered: it looks at what there is to do, whatever has
 * happened before, and may be repeated and killed at any point.
 *
 * While somebody works on a device's credentials, its record may move: whoever works finds that out when he has done,
 * and goes on in the other direction. Nobody else does before that, or before his lease has ended.
 * @throws CredentialsBusy, Throttled, ServiceUnavailable, TransactionConflict when it is to be tried again; DeviceNotFound
 */
export async function settleCredentials(
  { deviceId }: { readonly deviceId: string },
  dependencies: SettleCredentialsDependencies,
): Promise<SettleCredentialsResult> {
  try {
    return await untilUnchanged(() => attempt(deviceId, dependencies), dependencies);
  } catch (error) {
    if (!(error instanceof CredentialsBusy)) await release(deviceId, dependencies).catch(() => undefined);
    throw error;
  }
}
