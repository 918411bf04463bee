import { certificatesOf, type PurgeRecord, type Receipt } from '../domain/purge.ts';
import { PurgeBusy, StillAttached, TransactionConflict } from '../errors.ts';
import type { DeviceStore } from '../ports.ts';
import {
  findSuccessor,
  type Sentences,
  type SentencingDependencies,
  sentenceAll,
} from './sentence-certificates.ts';
import { LEASE_MS } from './settle-credentials.ts';

export interface RemoveRemainsDependencies extends Omit<SentencingDependencies, 'store'> {
  readonly store: Pick<DeviceStore, 'readBoth' | 'readPurge' | 'changePurge'>;
  /** Nobody else's; what it leases is its own. */
  readonly leaseId: string;
  sleep(ms: number): Promise<void>;
}

type Found = NonNullable<PurgeRecord['found']>;

/** AWS IoT answers before it has detached, and needs some seconds; whoever comes then may come again later. */
const PATIENCE_MS = 8_000;
const PAUSE_MS = 500;

const NOTHING_FOUND: Found = { certificateIds: [], thingGroups: [], shadows: [] };

const union = (...lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())];
const without = (list: readonly string[], others: readonly string[]): readonly string[] =>
  list.filter((one) => !others.includes(one));

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

async function change(
  record: PurgeRecord,
  progress: Parameters<DeviceStore['changePurge']>[1],
  { store, ...timing }: RemoveRemainsDependencies,
): Promise<PurgeRecord> {
  const changed = await store.changePurge(record, progress, timing);
  if (changed === undefined) throw new TransactionConflict('Somebody else works on this purge. Try again.');
  return changed;
}

/** What the thing has besides the certificates that are known, if nobody else has the id by now. */
async function findOthers(
  record: PurgeRecord,
  known: readonly string[],
  dependencies: RemoveRemainsDependencies,
): Promise<{ readonly isThingFree: boolean; readonly certificateIds: readonly string[] }> {
  if ((await findSuccessor(record, dependencies)) !== undefined) {
    return { isThingFree: false, certificateIds: [] };
  }
  const { certificateIds, hasOthers } = await dependencies.remains.listPrincipals(record.deviceId);
  return { isThingFree: !hasOthers, certificateIds: without(certificateIds, known) };
}

/** A certificate that is kept, and attached to the thing, says that somebody else has it, or is about to. */
const isHeldBy = (deviceId: string, sentences: Sentences): boolean =>
  sentences
    .values()
    .some(({ certificate, fate }) => fate === 'keep' && certificate?.thingNames.includes(deviceId) === true);

/** What is there by the thing's name goes before the thing: whoever goes on after a crash looks for both again. */
async function removeThing(
  deviceId: string,
  { thingGroups, shadows }: Found,
  sentences: Sentences,
  dependencies: RemoveRemainsDependencies,
): Promise<void> {
  const { remains } = dependencies;
  for (const { certificate, fate } of sentences.values()) {
    const isShared = fate === 'detach' && certificate?.thingNames.includes(deviceId) === true;
    if (isShared) await remains.detachCertificate(certificate.certificateArn, deviceId);
  }
  for (const thingGroup of thingGroups) await remains.removeFromThingGroup(deviceId, thingGroup);
  for (const shadow of shadows) await remains.deleteShadow(deviceId, shadow);
  await untilDetached(() => remains.deleteThing(deviceId), deviceId, dependencies);
}

/** What is gone of all that was to be removed, by this run or one before. */
async function receiptOf(
  { deviceId, found = NOTHING_FOUND }: PurgeRecord,
  sentences: Sentences,
  thing: Receipt['thing'],
  { remains, clock }: RemoveRemainsDependencies,
): Promise<Receipt> {
  const kept = [...sentences].flatMap(([certificateId, { fate }]) =>
    fate === 'remove' ? [] : certificateId,
  );
  const isSure = thing === 'deleted' || found.thingGroups.length + found.shadows.length === 0;
  const { thingGroups, shadows } = isSure ? NOTHING_FOUND : await remains.listBelongings(deviceId);
  return {
    completedAt: clock(),
    thing,
    certificateIds: without(found.certificateIds, kept),
    keptCertificateIds: kept,
    thingGroups: without(found.thingGroups, thingGroups),
    shadows: without(found.shadows, shadows),
  };
}

/** @param leased the purge, with this run's lease, and what is known of it */
async function removeAll(
  leased: PurgeRecord,
  dependencies: RemoveRemainsDependencies,
): Promise<{ readonly record: PurgeRecord; readonly receipt: Receipt }> {
  const { remains, leaseId, clock } = dependencies;
  const { deviceId, found = NOTHING_FOUND } = leased;
  const note = (record: PurgeRecord, more: Partial<Found>) =>
    change(
      record,
      {
        lease: { id: leaseId, until: clock() + LEASE_MS },
        found: { ...NOTHING_FOUND, ...record.found, ...more },
      },
      dependencies,
    );

  const { certificateIds: known } = found;
  let record = leased;
  const ofKnown = await sentenceAll(known, record, dependencies);
  const others = await findOthers(record, known, dependencies);
  if (others.certificateIds.length > 0) {
    record = await note(record, { certificateIds: union(known, others.certificateIds) });
  }
  const sentences = new Map([
    ...ofKnown,
    ...(await sentenceAll(others.certificateIds, record, dependencies)),
  ]);
  for (const [certificateId, { certificate, fate }] of sentences) {
    const isLeft = fate === 'remove' && certificate !== undefined;
    if (isLeft) await untilDetached(() => remains.deleteCertificate(certificateId), deviceId, dependencies);
  }
  const isThingKept =
    !others.isThingFree ||
    isHeldBy(deviceId, sentences) ||
    (await findSuccessor(record, dependencies)) !== undefined;
  if (!isThingKept) {
    const { thingGroups, shadows } = await remains.listBelongings(deviceId);
    record = await note(record, {
      thingGroups: union(found.thingGroups, thingGroups),
      shadows: union(found.shadows, shadows),
    });
    await removeThing(deviceId, record.found ?? NOTHING_FOUND, sentences, dependencies);
  }
  const receipt = await receiptOf(record, sentences, isThingKept ? 'kept' : 'deleted', dependencies);
  return { record, receipt };
}

/** Writes down with it which certificates are known to be the device's. @throws PurgeBusy while another's lease lasts */
async function lease(record: PurgeRecord, dependencies: RemoveRemainsDependencies): Promise<PurgeRecord> {
  const { leaseId, clock } = dependencies;
  const { lease: other, deviceId, device, found = NOTHING_FOUND } = record;
  if (other !== undefined && other.id !== leaseId && other.until > clock()) throw new PurgeBusy(deviceId);
  const certificateIds = union([...certificatesOf(device)], found.certificateIds);
  const until = clock() + LEASE_MS;
  return change(record, { lease: { id: leaseId, until }, found: { ...found, certificateIds } }, dependencies);
}

/** Lets others at it at once. Only for the sake of time: the lease ends by itself. */
async function release(
  { id }: PurgeRecord,
  { store, leaseId, ...timing }: RemoveRemainsDependencies,
): Promise<void> {
  const record = await store.readPurge(id, timing);
  if (record?.lease?.id === leaseId) await store.changePurge(record, { lease: undefined }, timing);
}

/**
 * Removes what is left in AWS IoT of a device whose record is gone: its certificates are revoked, detached and deleted,
 * then its shadows, its memberships in thing groups, and the thing. What belongs to somebody else by now is kept: a
 * device that was registered under the same id, another thing that shares a certificate, whoever has turned one on.
 *
 * Each step may be repeated, and is looked at anew: it may be killed at any point. What is found is written down before
 * any of it is removed, so that the receipt lists it all.
 * @returns the receipt, or `undefined` for a purge that was done so long ago that nothing is known of it
 * @throws PurgeBusy, StillAttached, Throttled, ServiceUnavailable, TransactionConflict when it is to be tried again
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/thing-registry.html#delete-thing
 */
export async function removeRemains(
  { purgeId }: { readonly purgeId: string },
  dependencies: RemoveRemainsDependencies,
): Promise<{ readonly deviceId: string; readonly receipt: Receipt } | undefined> {
  const found = await dependencies.store.readPurge(purgeId, dependencies);
  if (found === undefined) return undefined;
  const { deviceId, receipt: done } = found;
  if (done !== undefined) return { deviceId, receipt: done };
  const leased = await lease(found, dependencies);
  try {
    const { record, receipt } = await removeAll(leased, dependencies);
    await change(record, { lease: undefined, receipt }, dependencies);
    return { deviceId, receipt };
  } catch (error) {
    await release(leased, dependencies).catch(() => undefined);
    throw error;
  }
}
