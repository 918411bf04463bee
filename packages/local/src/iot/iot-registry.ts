import type { Clock } from '../clock.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { Certificates } from './certificates.ts';
import { deleteConflict, invalidRequest } from './errors.ts';
import { Policies } from './policies.ts';
import {
  type Arns,
  type Certificate,
  type Changes,
  createArns,
  createChanges,
  type Policy,
  type RegistryReader,
  type Thing,
  type ThingPrincipal,
} from './registry.ts';
import { ThingPrincipals } from './thing-principals.ts';
import { ThingGroups, Things } from './things.ts';

export interface RegistryOptions {
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  /** How long DetachThingPrincipal takes after its answer: seconds on AWS, 0 by default. */
  readonly detachDelayMs?: number;
  /** What the registry holds; empty ones in memory by default. */
  readonly collections?: Collections;
}

/** AWS IoT's registry. What spans several parts of it is here; the rest is in the parts. */
export class IotRegistry implements RegistryReader {
  readonly arns: Arns;
  readonly things: Things;
  readonly thingGroups: ThingGroups;
  readonly certificates: Certificates;
  readonly thingPrincipals: ThingPrincipals;
  readonly policies: Policies;
  readonly #changes: Changes = createChanges();

  constructor(options: RegistryOptions) {
    const { region, accountId, clock, detachDelayMs = 0, collections = memoryCollections } = options;
    const changes = this.#changes;
    this.arns = createArns(region, accountId);
    this.things = new Things(this.arns, collections);
    this.thingGroups = new ThingGroups(this.arns, changes, collections);
    this.certificates = new Certificates(this.arns, clock, changes, collections);
    this.thingPrincipals = new ThingPrincipals({ clock, changes, detachDelayMs, collections });
    this.policies = new Policies(this.arns, changes, collections);
    this.#tellCertificates();
  }

  findCertificate(certificateId: string): Certificate | undefined {
    return this.certificates.find(certificateId);
  }

  findThing(thingName: string): Thing | undefined {
    return this.things.find(thingName);
  }

  thingsOf(certificateId: string): readonly ThingPrincipal[] {
    return this.thingPrincipals.thingsOf(certificateId);
  }

  policiesOf(certificateId: string, thingName?: string): readonly Policy[] {
    const groups = thingName === undefined ? [] : this.thingGroups.groupsOf(thingName);
    const targets = [
      this.arns.of('cert', certificateId),
      ...groups.map(({ thingGroupArn }) => thingGroupArn),
    ];
    return [...new Set(targets.flatMap((target) => this.policies.policiesOf(target)))];
  }

  onChange(listener: (certificateId: string) => void): void {
    this.#changes.on('certificate', listener);
  }

  /** Nothing happens where there is no such thing. Throws `InvalidRequestException` while it has principals. */
  deleteThing(thingName: string): void {
    if (this.thingPrincipals.certificatesOf(thingName).length > 0) {
      throw invalidRequest(`Cannot delete. Thing ${thingName} is still attached to one or more principals`);
    }
    for (const { thingGroupName } of this.thingGroups.groupsOf(thingName)) {
      this.thingGroups.removeThing(thingName, thingGroupName);
    }
    this.things.delete(thingName);
  }

  /** Nothing happens where there is no such group. */
  deleteThingGroup(thingGroupName: string): void {
    this.policies.detachAll(this.arns.of('thinggroup', thingGroupName));
    this.thingGroups.delete(thingGroupName);
  }

  /** Throws `CertificateStateException` and `DeleteConflictException`. */
  deleteCertificate(certificateId: string, forceDelete: boolean): void {
    const certificate = this.certificates.get(certificateId);
    const { certificateArn } = certificate;
    this.certificates.assertDeletable(certificate);
    if (this.thingPrincipals.thingsOf(certificateId).length > 0) {
      throw deleteConflict(`Things must be detached before deletion (arn: ${certificateArn})`);
    }
    if (!forceDelete && this.policies.policiesOf(certificateArn).length > 0) {
      throw deleteConflict(`Certificate policies must be detached before deletion (arn: ${certificateArn})`);
    }
    this.policies.detachAll(certificateArn);
    this.certificates.delete(certificateId);
  }

  /** Calls off detachments that are under way. */
  close(): void {
    this.thingPrincipals.close();
  }

  /** What a certificate may do changes with its things' groups, and the policies of all of them. */
  #tellCertificates(): void {
    const changes = this.#changes;
    changes.on('thing', (thingName) => this.#tellThing(thingName));
    changes.on('target', (targetArn) => this.#tellTarget(targetArn));
    changes.on('policy', (policyName) => {
      for (const targetArn of this.policies.targetsOf(policyName)) this.#tellTarget(targetArn);
    });
  }

  #tellTarget(targetArn: string): void {
    const { type, id } = this.arns.parse(targetArn);
    if (type === 'cert') this.#changes.emit('certificate', id);
    else for (const thingName of this.thingGroups.thingsIn(id)) this.#tellThing(thingName);
  }

  #tellThing(thingName: string): void {
    for (const { certificateId } of this.thingPrincipals.certificatesOf(thingName)) {
      this.#changes.emit('certificate', certificateId);
    }
  }
}
