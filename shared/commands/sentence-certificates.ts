import type { Device } from '../domain/device.ts';
import { fateOf, type PurgeRecord } from '../domain/purge.ts';
import type { DeviceStore, RemainingCertificate, Remains, Timing } from '../ports.ts';

/** A certificate as it was looked at, and what becomes of it; without one that is not there. */
interface Sentence {
  readonly certificate?: RemainingCertificate;
  readonly fate: ReturnType<typeof fateOf>;
}

export type Sentences = ReadonlyMap<string, Sentence>;

export interface SentencingDependencies extends Timing {
  readonly store: Pick<DeviceStore, 'readBoth'>;
  readonly remains: Remains;
}

const ownCertificates = ({ certificateIds, credentialsWork }: Device): readonly string[] => [
  ...certificateIds,
  ...(credentialsWork?.deactivation?.certificateIds ?? []),
];

/** The device that has the id now, in service or out of it: what is its own is none of the purge's. */
export async function findSuccessor(
  { deviceId }: PurgeRecord,
  { store, ...timing }: SentencingDependencies,
): Promise<Device | undefined> {
  const { device, invalidDevice } = await store.readBoth(deviceId, timing);
  return (device ?? invalidDevice)?.record;
}

/**
 * Looks at a certificate, and whose it is, and turns it off for good in the next call, if it is to be removed: AWS IoT
 * has no condition for that. Then it is taken from the thing; in between, nobody can turn it on again.
 */
async function sentence(
  certificateId: string,
  record: PurgeRecord,
  dependencies: SentencingDependencies,
): Promise<Sentence> {
  const { remains } = dependencies;
  const { deviceId } = record;
  const certificate = await remains.describeCertificate(certificateId);
  if (certificate === undefined) return { fate: 'remove' };
  const successor = await findSuccessor(record, dependencies);
  const isSuccessors = successor !== undefined && ownCertificates(successor).includes(certificateId);
  const fate = isSuccessors ? 'keep' : fateOf(certificate, record);
  if (fate !== 'remove') return { certificate, fate };
  if (certificate.status !== 'REVOKED') await remains.revokeCertificate(certificateId);
  // Turned off just now, it may have a session yet.
  if (certificate.status === 'ACTIVE' && successor === undefined) await remains.closeConnection(deviceId);
  if (certificate.thingNames.includes(deviceId)) {
    await remains.detachCertificate(certificate.certificateArn, deviceId);
  }
  return { certificate, fate };
}

/** One after the other. */
export async function sentenceAll(
  certificateIds: readonly string[],
  record: PurgeRecord,
  dependencies: SentencingDependencies,
): Promise<Sentences> {
  const sentences = new Map<string, Sentence>();
  for (const certificateId of certificateIds) {
    sentences.set(certificateId, await sentence(certificateId, record, dependencies));
  }
  return sentences;
}
