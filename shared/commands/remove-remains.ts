import type { Device, InvalidDevice } from '../domain/device.ts';
import {
  certificatesOf,
  type FoundRemains,
  fateOf,
  type PurgeRecord,
  type Receipt,
} from '../domain/purge.ts';
import { PurgeBusy, StillAttached, TransactionConflict } from '../errors.ts';
import type { DeviceStore, RemainingCertificate, Remains, Timing } from '../ports.ts';
import { LEASE_MS } from './settle-credentials.ts';

export interface RemoveRemainsDependencies extends Timing {
  readonly store: Pick<DeviceStore, 'readBoth' | 'readPurge' | 'changePurge'>;
  readonly remains: Remains;
  /** Nobody else's; what it leases is its own. */
  readonly leaseId: string;
  sleep(ms: number): Promise<void>;
}

/** A certificate, and what becomes of it. */
interface Sentenced {
  readonly certificate: RemainingCertificate;
  readonly fate: ReturnType<typeof fateOf>;
}

/** What is there at this moment. */
interface Scene {
  readonly sentenced: readonly Sentenced[];
  /** Somebody else has the thing, and what goes by its name. */
  readonly isThingKept: boolean;
  readonly found: FoundRemains;
}

/** AWS IoT answers before it has detached, and needs some seconds; whoever comes then may come again later. */
const PATIENCE_MS = 8_000;
const PAUSE_MS = 500;

const NOTHING = { thingGroups: [], shadows: [] };

const union = (...lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())];

const ownCertificates = ({ certificateIds, credentialsWork }: Device): readonly string[] =>
  union(certificateIds, credentialsWork?.deactivation?.certificateIds ?? []);

/** The device that has the id now, in service or out of it: what is its own is none of the purge's. */
async function findSuccessor(
  { deviceId }: PurgeRecord,
  { store, ...timing }: RemoveRemainsDependencies,
): Promise<Device | InvalidDevice | undefined> {
  const { device, invalidDevice } = await store.readBoth(deviceId, timing);
  return (device ?? invalidDevice)?.record;
}

/** The certificates that may be the device's: those that are known to be, and those that its thing has. */
async function findCertificates(
  { deviceId, device, found }: PurgeRecord,
  { remains }: RemoveRemainsDependencies,
): Promise<{ readonly known: ReadonlySet<string>; readonly certificates: readonly RemainingCertificate[] }> {
  const known = union([...certificatesOf(device)], found?.certificateIds ?? []);
  const certificates = [];
  for (const certificateId of union(known, await remains.listCertificateIds(deviceId))) {
    const certificate = await remains.describeCertificate(certificateId);
    if (certificate !== undefined) certificates.push(certificate);
  }
  return { known: new Set(known), certificates };
}

/**
 * The successor is looked for last: where there is none, nobody has come whose certificates could have been turned off
 * by the time they were looked at.
 */
async function survey(record: PurgeRecord, dependencies: RemoveRemainsDependencies): Promise<Scene> {
  const { deviceId, found } = record;
  const { known, certificates } = await findCertificates(record, dependencies);
  const successor = await findSuccessor(record, dependencies);
  const successors = new Set(successor === undefined ? [] : ownCertificates(successor));
  const sentenced = certificates
    .filter(({ certificateId: id }) => !successors.has(id) && (successor === undefined || known.has(id)))
    .map((certificate) => ({ certificate, fate: fateOf(certificate, record) }));
  const isHeldByOther = sentenced.some(
    ({ certificate, fate }) => fate === 'keep' && certificate.thingNames.includes(deviceId),
  );
  const isThingKept = successor !== undefined || isHeldByOther;
  const belongings = isThingKept ? NOTHING : await dependencies.remains.listBelongings(deviceId);
  const removed = sentenced.flatMap(({ certificate, fate }) =>
    fate === 'remove' ? certificate.certificateId : [],
  );
  return {
    sentenced,
    isThingKept,
    found: {
      certificateIds: union(found?.certificateIds ?? [], removed),
      thingGroups: union(found?.thingGroups ?? [], belongings.thingGroups),
      shadows: union(found?.shadows ?? [], belongings.shadows),
    },
  };
}

/** @throws StillAttached when AWS IoT takes longer than one can wait for it */
async function untilDetached(
  remove: () => Promise<'deleted' | 'attached'>,
  deviceId: string,
  { clock, deadlineEpochMs, sleep }: RemoveRemainsDependencies,
): Promise<void> {
  const until = Math.min(clock() + PATIENCE_MS, deadlineEpochMs);
  while ((await remove()) === 'attached') {
    if (clock() + PAUSE_MS >= until) throw new StillAttached(deviceId);
    await sleep(PAUSE_MS);
  }
}

/** Off for good first, then from the thing: in between, nobody can turn it on again. */
async function letGo(
  { certificate, fate }: Sentenced,
  { deviceId, isThingKept }: { readonly deviceId: string; readonly isThingKept: boolean },
  { remains }: RemoveRemainsDependencies,
): Promise<void> {
  const { certificateId, certificateArn, status, thingNames } = certificate;
  if (fate === 'keep' || (fate === 'detach' && isThingKept)) return;
  if (fate === 'remove' && status !== 'REVOKED') await remains.revokeCertificate(certificateId);
  if (thingNames.includes(deviceId)) await remains.detachCertificate(certificateArn, deviceId);
}

/** What is there by the thing's name goes before the thing: whoever goes on after a crash looks for both again. */
async function removeThing(
  deviceId: string,
  { thingGroups, shadows }: FoundRemains,
  dependencies: RemoveRemainsDependencies,
): Promise<void> {
  const { remains } = dependencies;
  for (const thingGroup of thingGroups) await remains.removeFromThingGroup(deviceId, thingGroup);
  for (const shadow of shadows) await remains.deleteShadow(deviceId, shadow);
  await untilDetached(() => remains.deleteThing(deviceId), deviceId, dependencies);
}

async function removeAll(
  deviceId: string,
  { sentenced, isThingKept, found }: Scene,
  dependencies: RemoveRemainsDependencies,
): Promise<void> {
  const { remains } = dependencies;
  for (const each of sentenced) await letGo(each, { deviceId, isThingKept }, dependencies);
  const removed = sentenced.filter(({ fate }) => fate === 'remove');
  // Turned off just now, it may have a session yet.
  if (removed.some(({ certificate }) => certificate.status === 'ACTIVE') && !isThingKept) {
    await remains.closeConnection(deviceId);
  }
  for (const { certificate } of removed) {
    const { certificateId } = certificate;
    await untilDetached(() => remains.deleteCertificate(certificateId), deviceId, dependencies);
  }
  if (!isThingKept) await removeThing(deviceId, found, dependencies);
}

function receiptOf({ sentenced, isThingKept, found }: Scene, completedAt: number): Receipt {
  const kept = sentenced.filter(({ fate }) => fate !== 'remove');
  return {
    completedAt,
    thing: isThingKept ? 'kept' : 'deleted',
    ...found,
    keptCertificateIds: kept.map(({ certificate }) => certificate.certificateId),
  };
}

async function change(
  record: PurgeRecord,
  progress: Parameters<DeviceStore['changePurge']>[1],
  dependencies: RemoveRemainsDependencies,
): Promise<PurgeRecord> {
  const changed = await dependencies.store.changePurge(record, progress, dependencies);
  if (changed === undefined) throw new TransactionConflict('Somebody else works on this purge. Try again.');
  return changed;
}

/**
 * Removes what is left in AWS IoT of a device whose record is gone: its certificates are revoked, detached and deleted,
 * then its shadows, its memberships in thing groups, and the thing. What belongs to somebody else by now is kept: a
 * device that was registered under the same id, another thing that shares a certificate, whoever has turned one on.
 *
 * Each step may be repeated, and is looked at anew: it may be killed at any point. What was found is written down
 * before anything is removed, so that the receipt lists it all.
 * @returns the receipt, or `undefined` for a purge that was done so long ago that nothing is known of it
 * @throws PurgeBusy, StillAttached, Throttled, ServiceUnavailable, TransactionConflict when it is to be tried again
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/thing-registry.html#delete-thing
 */
export async function removeRemains(
  { purgeId }: { readonly purgeId: string },
  dependencies: RemoveRemainsDependencies,
): Promise<{ readonly deviceId: string; readonly receipt: Receipt } | undefined> {
  const { store, leaseId, clock } = dependencies;
  const record = await store.readPurge(purgeId, dependencies);
  if (record === undefined) return undefined;
  const { deviceId, lease, receipt: done } = record;
  if (done !== undefined) return { deviceId, receipt: done };
  if (lease !== undefined && lease.id !== leaseId && lease.until > clock()) throw new PurgeBusy(deviceId);

  const scene = await survey(record, dependencies);
  const until = clock() + LEASE_MS;
  const leased = await change(record, { lease: { id: leaseId, until }, found: scene.found }, dependencies);
  try {
    await removeAll(deviceId, scene, dependencies);
  } catch (error) {
    // Only for the sake of time: the lease ends by itself.
    await store.changePurge(leased, { lease: undefined }, dependencies).catch(() => undefined);
    throw error;
  }
  const receipt = receiptOf(scene, clock());
  await change(leased, { lease: undefined, receipt }, dependencies);
  return { deviceId, receipt };
}
