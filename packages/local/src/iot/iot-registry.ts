import type { Clock } from '../clock.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { type Arns, createArns } from './arns.ts';
import { Certificates } from './certificates.ts';
import { type Changes, createChanges } from './changes.ts';
import { deleteConflict, invalidRequest } from './errors.ts';
import { GroupMemberships } from './group-memberships.ts';
import { Policies, type PolicyRecord } from './policies.ts';
import { PolicyAttachments } from './policy-attachments.ts';
import type { Certificate, Policy, RegistryReader, ThingPrincipal } from './registry.ts';
import { type ThingGroup, ThingGroups } from './thing-groups.ts';
import { ThingPrincipals } from './thing-principals.ts';
import { ThingTypes } from './thing-types.ts';
import { type ThingRecord, Things } from './things.ts';

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
  readonly changes: Changes = createChanges();
  readonly things: Things;
  readonly thingTypes: ThingTypes;
  readonly thingGroups: ThingGroups;
  readonly memberships: GroupMemberships;
  readonly certificates: Certificates;
  readonly thingPrincipals: ThingPrincipals;
  readonly policies: Policies;
  readonly policyAttachments: PolicyAttachments;

  constructor(options: RegistryOptions) {
    const { region, accountId, clock, detachDelayMs = 0, collections = memoryCollections } = options;
    const { changes } = this;
    const arns = createArns(region, accountId);
    this.arns = arns;
    this.thingTypes = new ThingTypes(arns, clock, collections);
    this.thingGroups = new ThingGroups(arns, clock, collections);
    this.things = new Things(arns, this.thingTypes, changes, collections);
    this.memberships = new GroupMemberships(this.thingGroups, changes, collections);
    this.certificates = new Certificates(arns, clock, changes, collections);
    this.thingPrincipals = new ThingPrincipals({ clock, changes, detachDelayMs, collections });
    this.policies = new Policies({ arns, clock, changes, collections });
    this.policyAttachments = new PolicyAttachments(changes, collections);
    this.#tellCertificates();
  }

  findCertificate(certificateId: string): Certificate | undefined {
    return this.certificates.find(certificateId);
  }

  findThing(thingName: string): ThingRecord | undefined {
    return this.things.find(thingName);
  }

  thingsOf(certificateId: string): readonly ThingPrincipal[] {
    return this.thingPrincipals.thingsOf(certificateId);
  }

  policiesOf(certificateId: string, thingName?: string): readonly Policy[] {
    const groups = thingName === undefined ? [] : this.memberships.groupsOf(thingName);
    const own = this.#policiesAt(this.arns.of('cert', certificateId));
    const inherited = groups.flatMap((group) => this.groupPolicies(group, true));
    return [...new Set([...own, ...inherited])].map(defaultVersionOf);
  }

  onChange(listener: (certificateId: string) => void): void {
    this.changes.on('certificate', listener);
  }

  /** Nothing happens where there is no such thing. Throws `InvalidRequestException` while it has principals. */
  deleteThing(thingName: string, expectedVersion?: number): void {
    const thing = this.things.find(thingName);
    if (thing === undefined) return;
    this.things.assertVersion(thing, expectedVersion);
    if (this.thingPrincipals.certificatesOf(thingName).length > 0) {
      throw invalidRequest(`Cannot delete. Thing ${thingName} is still attached to one or more principals`);
    }
    for (const group of this.memberships.groupsOf(thingName)) this.memberships.remove(thing, group);
    this.things.delete(thing);
  }

  /** Nothing happens where there is no such group. Throws `InvalidRequestException` while it has children. */
  deleteThingGroup(thingGroupName: string, expectedVersion?: number): void {
    const group = this.thingGroups.find(thingGroupName);
    if (group === undefined) return;
    this.thingGroups.assertDeletable(group, expectedVersion);
    for (const thingName of this.memberships.thingsIn(thingGroupName)) {
      this.memberships.remove(this.things.get(thingName), group);
    }
    this.policyAttachments.detachAll(group.thingGroupArn);
    this.thingGroups.delete(group);
  }

  /** Throws `CertificateStateException` and `DeleteConflictException`. */
  deleteCertificate(certificateId: string, forceDelete: boolean): void {
    const certificate = this.certificates.get(certificateId);
    const { certificateArn } = certificate;
    this.certificates.assertDeletable(certificate);
    if (this.thingPrincipals.thingsOf(certificateId).length > 0) {
      throw deleteConflict(`Things must be detached before deletion (arn: ${certificateArn})`);
    }
    if (!forceDelete && this.policyAttachments.policiesOf(certificateArn).length > 0) {
      throw deleteConflict(`Certificate policies must be detached before deletion (arn: ${certificateArn})`);
    }
    this.policyAttachments.detachAll(certificateArn);
    this.certificates.delete(certificateId);
  }

  /** Throws `DeleteConflictException` while it is attached, or has other versions than the default one. */
  deletePolicy(policyName: string): void {
    const policy = this.policies.get(policyName);
    this.assertUnattached(policyName);
    this.policies.delete(policy);
  }

  /** Throws `DeleteConflictException` for a policy that is attached to anything. */
  assertUnattached(policyName: string): void {
    if (this.policyAttachments.targetsOf(policyName).length === 0) return;
    throw deleteConflict(
      `The policy cannot be deleted as the policy is attached to one or more principals (name=${policyName})`,
    );
  }

  /** The policies of a thing group, and those of its ancestors where `recursive` says so. */
  groupPolicies(group: ThingGroup, recursive: boolean): PolicyRecord[] {
    const ancestors = recursive ? this.thingGroups.ancestors(group.thingGroupName) : [];
    const records = [group, ...ancestors].flatMap(({ thingGroupArn }) => this.#policiesAt(thingGroupArn));
    return [...new Set(records)];
  }

  /** Calls off detachments that are under way. */
  close(): void {
    this.thingPrincipals.close();
  }

  #policiesAt(targetArn: string): PolicyRecord[] {
    return this.policyAttachments.policiesOf(targetArn).map((policyName) => this.policies.get(policyName));
  }

  /** What a certificate may do changes with its things, their groups, and the policies of all of them. */
  #tellCertificates(): void {
    const { changes } = this;
    changes.on('thing', (_, { thingName }) => this.#tellThing(thingName));
    changes.on('membership', ({ thing }) => this.#tellThing(thing.thingName));
    changes.on('target', (targetArn) => this.#tellTarget(targetArn));
    changes.on('policy', (policyName) => {
      for (const targetArn of this.policyAttachments.targetsOf(policyName)) this.#tellTarget(targetArn);
    });
  }

  #tellTarget(targetArn: string): void {
    const { type, id } = this.arns.parse(targetArn);
    if (type === 'cert') this.changes.emit('certificate', id);
    else this.#tellGroup(id);
  }

  #tellGroup(thingGroupName: string): void {
    for (const thingName of this.memberships.thingsIn(thingGroupName)) this.#tellThing(thingName);
    for (const child of this.thingGroups.childrenOf(thingGroupName)) this.#tellGroup(child.thingGroupName);
  }

  #tellThing(thingName: string): void {
    for (const { certificateId } of this.thingPrincipals.certificatesOf(thingName)) {
      this.changes.emit('certificate', certificateId);
    }
  }
}

function defaultVersionOf({ policyName, policyArn, defaultVersionId, versions }: PolicyRecord): Policy {
  const version = versions.find(({ versionId }) => versionId === defaultVersionId);
  if (version === undefined) throw new TypeError(`The policy ${policyName} has no default version.`);
  return { policyName, policyArn, policyDocument: version.policyDocument };
}
