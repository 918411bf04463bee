import { X509Certificate } from 'node:crypto';
import type {
  CertificateStatus,
  RegistryReader,
  ThingPrincipal,
} from '@device-lifecycle/local/iot/registry.ts';

export const ARN = 'arn:aws:iot:us-east-1:000000000000:';

/** A registry that tests write to directly; each change is told to its listeners. */
export class FakeRegistry implements RegistryReader {
  readonly #statuses = new Map<string, CertificateStatus>();
  readonly #things = new Map<string, ThingPrincipal[]>();
  readonly #attributes = new Map<string, Readonly<Record<string, string>>>();
  readonly #policies = new Map<string, readonly string[]>();
  readonly #listeners: ((certificateId: string) => void)[] = [];

  setStatus(certificateId: string, status: CertificateStatus): void {
    this.#change(certificateId, () => this.#statuses.set(certificateId, status));
  }

  remove(certificateId: string): void {
    this.#change(certificateId, () => this.#statuses.delete(certificateId));
  }

  setPolicies(certificateId: string, ...policies: readonly (readonly object[])[]): void {
    const texts = policies.map((Statement) => JSON.stringify({ Version: '2012-10-17', Statement }));
    this.#change(certificateId, () => this.#policies.set(certificateId, texts));
  }

  setAttributes(thingName: string, attributes: Readonly<Record<string, string>>): void {
    this.#attributes.set(thingName, attributes);
  }

  attach(
    certificateId: string,
    thingName: string,
    thingPrincipalType: ThingPrincipal['thingPrincipalType'] = 'NON_EXCLUSIVE_THING',
  ): void {
    const things = [...this.thingsOf(certificateId), { thingName, thingPrincipalType }];
    this.#change(certificateId, () => this.#things.set(certificateId, things));
  }

  detach(certificateId: string, thingName: string): void {
    const things = this.thingsOf(certificateId).filter((thing) => thing.thingName !== thingName);
    this.#change(certificateId, () => this.#things.set(certificateId, things));
  }

  findCertificate(certificateId: string) {
    const status = this.#statuses.get(certificateId);
    if (status === undefined) return undefined;
    return { certificateId, certificateArn: `${ARN}cert/${certificateId}`, certificatePem: '', status };
  }

  findThing(thingName: string) {
    return { thingName, attributes: this.#attributes.get(thingName) ?? {} };
  }

  thingsOf(certificateId: string) {
    return this.#things.get(certificateId) ?? [];
  }

  policiesOf(certificateId: string) {
    return (this.#policies.get(certificateId) ?? []).map((policyDocument, index) => ({
      policyName: `p${index}`,
      policyArn: `${ARN}policy/p${index}`,
      policyDocument,
    }));
  }

  onChange(listener: (certificateId: string) => void): void {
    this.#listeners.push(listener);
  }

  #change(certificateId: string, change: () => void): void {
    change();
    for (const listener of this.#listeners) listener(certificateId);
  }
}

export function certificateIdOf(certificatePem: string): string {
  return new X509Certificate(certificatePem).fingerprint256.replaceAll(':', '').toLowerCase();
}
