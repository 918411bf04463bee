import type { RemainingCertificate, Remains } from '../../shared/ports.ts';

export interface FakeCertificate {
  status: string;
  thingNames: Set<string>;
  createdAt?: number;
}

/** AWS IoT as far as {@link Remains} go, with its rules of what may be deleted when, and a look behind it. */
export interface FakeIot extends Remains {
  readonly things: Set<string>;
  /** Things with an identity of Amazon Cognito. */
  readonly identities: Set<string>;
  readonly certificates: Map<string, FakeCertificate>;
  readonly thingGroups: Map<string, Set<string>>;
  readonly shadows: Map<string, Set<string>>;
  /** How often something is asked for before a detachment is done. */
  detachmentTakes: number;
  addCertificate(
    certificateId: string,
    certificate?: Partial<Omit<FakeCertificate, 'thingNames'>>,
    ...things: string[]
  ): void;
}

const ID = /[^/]+$/;

export function createFakeIot(): FakeIot {
  const things = new Set<string>();
  const certificates = new Map<string, FakeCertificate>();
  const thingGroups = new Map<string, Set<string>>();
  const shadows = new Map<string, Set<string>>();
  const detaching: { certificateId: string; thingName: string; left: number }[] = [];

  function finishDetachments(): void {
    for (const each of detaching.splice(0)) {
      if (each.left > 0) detaching.push({ ...each, left: each.left - 1 });
      else certificates.get(each.certificateId)?.thingNames.delete(each.thingName);
    }
  }

  const iot: FakeIot = {
    things,
    certificates,
    thingGroups,
    shadows,
    identities: new Set(),
    detachmentTakes: 0,
    addCertificate(certificateId, certificate = {}, ...thingNames) {
      for (const thingName of thingNames) things.add(thingName);
      certificates.set(certificateId, {
        status: 'INACTIVE',
        ...certificate,
        thingNames: new Set(thingNames),
      });
    },
    async listPrincipals(thingName) {
      const certificateIds = [...certificates].flatMap(([id, { thingNames }]) =>
        thingNames.has(thingName) ? [id] : [],
      );
      return { certificateIds, hasOthers: iot.identities.has(thingName) };
    },
    async describeCertificate(certificateId): Promise<RemainingCertificate | undefined> {
      const certificate = certificates.get(certificateId);
      if (certificate === undefined) return undefined;
      const { status, thingNames, createdAt } = certificate;
      return {
        certificateId,
        certificateArn: `arn:aws:iot:us-east-1:123456789012:cert/${certificateId}`,
        status,
        thingNames: [...thingNames],
        ...(createdAt !== undefined && { createdAt }),
      };
    },
    async revokeCertificate(certificateId) {
      const certificate = certificates.get(certificateId);
      if (certificate !== undefined) certificate.status = 'REVOKED';
    },
    async closeConnection() {},
    async detachCertificate(certificateArn, thingName) {
      const certificateId = ID.exec(certificateArn)?.[0] ?? '';
      detaching.push({ certificateId, thingName, left: iot.detachmentTakes });
    },
    async deleteCertificate(certificateId) {
      finishDetachments();
      const certificate = certificates.get(certificateId);
      if (certificate === undefined) return 'deleted';
      if (certificate.status === 'ACTIVE' || certificate.thingNames.size > 0) return 'attached';
      certificates.delete(certificateId);
      return 'deleted';
    },
    async listBelongings(thingName) {
      const names = [...thingGroups].flatMap(([name, members]) => (members.has(thingName) ? [name] : []));
      return { thingGroups: names, shadows: [...(shadows.get(thingName) ?? [])] };
    },
    async removeFromThingGroup(thingName, thingGroupName) {
      thingGroups.get(thingGroupName)?.delete(thingName);
    },
    async deleteShadow(thingName, shadowName) {
      shadows.get(thingName)?.delete(shadowName);
    },
    async deleteThing(thingName) {
      finishDetachments();
      const { certificateIds, hasOthers } = await iot.listPrincipals(thingName);
      if (certificateIds.length > 0 || hasOthers) return 'attached';
      things.delete(thingName);
      return 'deleted';
    },
  };
  return iot;
}
