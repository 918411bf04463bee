import type { Clock } from '../clock.ts';
import type { Collections } from '../data/collections.ts';

import { invalidRequest, notFound } from './errors.ts';
import type { Changes, ThingPrincipal } from './registry.ts';

export type ThingPrincipalType = ThingPrincipal['thingPrincipalType'];

/** A certificate of a thing. */
export interface AttachedCertificate {
  readonly certificateId: string;
  readonly thingPrincipalType: ThingPrincipalType;
}

interface ThingPrincipalsOptions {
  readonly clock: Clock;
  readonly changes: Changes;
  /** How long a detachment takes after it has been answered; none when 0. */
  readonly detachDelayMs: number;
  readonly collections: Collections;
}

interface Attachment extends ThingPrincipal {
  readonly certificateId: string;
}

/** Which certificates are attached to which things. */
export class ThingPrincipals {
  readonly #options: ThingPrincipalsOptions;
  readonly #attachments: Map<string, Attachment>;
  /** By certificate id, then by thing name. */
  readonly #things = new Map<string, Map<string, ThingPrincipalType>>();
  /** By thing name: certificate ids. */
  readonly #certificates = new Map<string, Set<string>>();
  /** Detachments under way, which an attachment calls off. */
  readonly #detaching = new Map<string, AbortController>();

  constructor(options: ThingPrincipalsOptions) {
    this.#options = options;
    this.#attachments = options.collections.open('thingPrincipals');
    for (const attachment of this.#attachments.values()) this.#add(attachment);
  }

  /** By thing name. */
  thingsOf(certificateId: string): ThingPrincipal[] {
    const things = [...(this.#things.get(certificateId) ?? [])];
    return things
      .map(([thingName, thingPrincipalType]) => ({ thingName, thingPrincipalType }))
      .sort((one, other) => (one.thingName < other.thingName ? -1 : 1));
  }

  /** By certificate id. */
  certificatesOf(thingName: string): AttachedCertificate[] {
    return [...(this.#certificates.get(thingName) ?? [])]
      .sort()
      .map((certificateId) => ({ certificateId, thingPrincipalType: this.#type(certificateId, thingName) }));
  }

  /**
   * Nothing happens where it is attached so already. Throws `InvalidRequestException` where a certificate that is
   * attached exclusively would be attached to two things. Source: AWS IoT developer guide, "Associating an AWS IoT
   * thing to an MQTT client connection".
   */
  attach(certificateId: string, thingName: string, type: ThingPrincipalType): void {
    this.#detaching.get(key(certificateId, thingName))?.abort();
    const there = this.#things.get(certificateId)?.get(thingName);
    if (there === type) return;
    if (there !== undefined) {
      throw invalidRequest(`The certificate is attached to ${thingName} otherwise: detach it first.`);
    }
    const other = this.thingsOf(certificateId).find(
      ({ thingPrincipalType }) => type === 'EXCLUSIVE_THING' || thingPrincipalType === 'EXCLUSIVE_THING',
    );
    if (other !== undefined) {
      throw invalidRequest(
        `The certificate can't be attached to ${thingName} too: it is attached to ${other.thingName}, and an exclusive attachment allows no other.`,
      );
    }
    const attachment = { certificateId, thingName, thingPrincipalType: type };
    this.#attachments.set(key(certificateId, thingName), attachment);
    this.#add(attachment);
    this.#options.changes.emit('certificate', certificateId);
  }

  /** Resolves when it is detached, which is after the answer. Throws `ResourceNotFoundException`. */
  detach(certificateId: string, thingName: string): void {
    if (this.#things.get(certificateId)?.has(thingName) !== true) {
      throw notFound(`The certificate ${certificateId} is not attached to ${thingName}.`);
    }
    const { detachDelayMs } = this.#options;
    if (detachDelayMs === 0) this.#remove(certificateId, thingName);
    else this.#removeLater(certificateId, thingName, detachDelayMs);
  }

  /** Calls off what is under way. */
  close(): void {
    for (const detaching of this.#detaching.values()) detaching.abort();
  }

  #add({ certificateId, thingName, thingPrincipalType }: Attachment): void {
    const things = this.#things.get(certificateId) ?? new Map<string, ThingPrincipalType>();
    this.#things.set(certificateId, things.set(thingName, thingPrincipalType));
    const certificates = this.#certificates.get(thingName) ?? new Set();
    this.#certificates.set(thingName, certificates.add(certificateId));
  }

  #removeLater(certificateId: string, thingName: string, delayMs: number): void {
    const id = key(certificateId, thingName);
    if (this.#detaching.has(id)) return;
    const detaching = new AbortController();
    this.#detaching.set(id, detaching);
    this.#options.clock
      .sleep(delayMs, detaching.signal)
      .then(
        () => this.#remove(certificateId, thingName),
        // It was called off.
        () => undefined,
      )
      .finally(() => this.#detaching.delete(id));
    detaching.signal.addEventListener('abort', () => this.#detaching.delete(id), { once: true });
  }

  #remove(certificateId: string, thingName: string): void {
    this.#attachments.delete(key(certificateId, thingName));
    const things = this.#things.get(certificateId);
    things?.delete(thingName);
    if (things?.size === 0) this.#things.delete(certificateId);
    const certificates = this.#certificates.get(thingName);
    certificates?.delete(certificateId);
    if (certificates?.size === 0) this.#certificates.delete(thingName);
    this.#options.changes.emit('certificate', certificateId);
  }

  #type(certificateId: string, thingName: string): ThingPrincipalType {
    return this.#things.get(certificateId)?.get(thingName) ?? 'NON_EXCLUSIVE_THING';
  }
}

/** Thing names have no slashes. */
function key(certificateId: string, thingName: string): string {
  return `${certificateId}/${thingName}`;
}
