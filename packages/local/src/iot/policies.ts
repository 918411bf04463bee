import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { Collections } from '../data/collections.ts';
import type { Arns } from './arns.ts';
import type { Changes } from './changes.ts';
import { AlreadyExistsError, deleteConflict, invalidRequest, notFound } from './errors.ts';
import { MalformedPolicyError } from './policy/malformed-policy-error.ts';
import { parsePolicy } from './policy/parse-policy.ts';
import { nextSequence } from './sequence.ts';

export interface PolicyVersion {
  /** A number, counted from 1. */
  readonly versionId: string;
  /** JSON text, as it was given. */
  readonly policyDocument: string;
  readonly creationDateMs: number;
}

export interface PolicyRecord {
  readonly policyName: string;
  readonly policyArn: string;
  readonly generationId: string;
  /** Orders policies by when they were made. */
  readonly sequence: number;
  readonly creationDateMs: number;
  readonly lastModifiedDateMs: number;
  readonly defaultVersionId: string;
  /** The oldest first. */
  readonly versions: readonly PolicyVersion[];
}

export interface PoliciesOptions {
  readonly arns: Arns;
  readonly clock: Clock;
  readonly changes: Changes;
  readonly collections: Collections;
}

const POLICY_NAME = /^[\w+=,.@-]{1,128}$/;
/** AWS IoT's quota. */
export const MAX_VERSIONS = 5;

/** The policies of the registry and their versions. */
export class Policies {
  readonly #options: PoliciesOptions;
  readonly #byName: Map<string, PolicyRecord>;
  #sequence: number;

  constructor(options: PoliciesOptions) {
    this.#options = options;
    this.#byName = options.collections.open('policies');
    this.#sequence = nextSequence(this.#byName);
  }

  find(policyName: string): PolicyRecord | undefined {
    return this.#byName.get(policyName);
  }

  /** Throws `ResourceNotFoundException`. */
  get(policyName: string): PolicyRecord {
    const policy = this.#byName.get(policyName);
    if (policy === undefined) throw notFound(`Policy ${policyName} does not exist.`);
    return policy;
  }

  /** Throws `ResourceNotFoundException`. */
  version(policyName: string, versionId: string): PolicyVersion {
    const version = this.get(policyName).versions.find((one) => one.versionId === versionId);
    if (version === undefined) throw notFound(`Policy ${policyName} has no version ${versionId}.`);
    return version;
  }

  /** The oldest first. */
  all(): PolicyRecord[] {
    return [...this.#byName.values()];
  }

  /** Throws `MalformedPolicyException` and `ResourceAlreadyExistsException`. */
  create(policyName: string, policyDocument: string): PolicyRecord {
    if (!POLICY_NAME.test(policyName)) throw invalidRequest(`policyName must match ${POLICY_NAME.source}`);
    const there = this.#byName.get(policyName);
    if (there !== undefined) {
      throw new AlreadyExistsError(`Policy cannot be created - name already exists (name=${policyName})`, {
        resourceId: policyName,
        resourceArn: there.policyArn,
      });
    }
    checkDocument(policyDocument);
    const nowMs = this.#options.clock.now();
    const policy: PolicyRecord = {
      policyName,
      policyArn: this.#options.arns.of('policy', policyName),
      generationId: randomUUID(),
      sequence: this.#sequence++,
      creationDateMs: nowMs,
      lastModifiedDateMs: nowMs,
      defaultVersionId: '1',
      versions: [{ versionId: '1', policyDocument, creationDateMs: nowMs }],
    };
    this.#byName.set(policyName, policy);
    return policy;
  }

  /** Throws `MalformedPolicyException` and `VersionsLimitExceededException`. */
  createVersion(policyName: string, policyDocument: string, setAsDefault: boolean): PolicyVersion {
    const policy = this.get(policyName);
    checkDocument(policyDocument);
    const { versions } = policy;
    if (versions.length >= MAX_VERSIONS) {
      throw new AwsError(
        'VersionsLimitExceededException',
        `The policy ${policyName} already has the maximum number of versions (${MAX_VERSIONS})`,
        409,
      );
    }
    const versionId = String(Number(versions.at(-1)?.versionId ?? 0) + 1);
    const version = { versionId, policyDocument, creationDateMs: this.#options.clock.now() };
    this.#replace({ ...policy, versions: [...versions, version] });
    if (setAsDefault) this.setDefaultVersion(policyName, versionId);
    return version;
  }

  setDefaultVersion(policyName: string, versionId: string): void {
    this.version(policyName, versionId);
    this.#replace({ ...this.get(policyName), defaultVersionId: versionId });
    this.#options.changes.emit('policy', policyName);
  }

  /** Throws `DeleteConflictException` for the default version. */
  deleteVersion(policyName: string, versionId: string): void {
    const { versionId: id } = this.version(policyName, versionId);
    const policy = this.get(policyName);
    if (policy.defaultVersionId === id) {
      throw deleteConflict(`Cannot delete the default version of a policy (name=${policyName})`);
    }
    this.#replace({ ...policy, versions: policy.versions.filter((one) => one.versionId !== id) });
  }

  /** Throws `DeleteConflictException` for one with other versions than the default one. */
  delete({ policyName, versions }: PolicyRecord): void {
    if (versions.length > 1) {
      throw deleteConflict(
        `Cannot delete the policy because it has one or more policy versions attached to it (name=${policyName})`,
      );
    }
    this.#byName.delete(policyName);
  }

  #replace(policy: PolicyRecord): void {
    this.#byName.set(policy.policyName, { ...policy, lastModifiedDateMs: this.#options.clock.now() });
  }
}

/** Throws `MalformedPolicyException`. */
export function checkDocument(policyDocument: string): void {
  try {
    parsePolicy(policyDocument);
  } catch (error) {
    if (error instanceof MalformedPolicyError) {
      throw new AwsError('MalformedPolicyException', `Policy document is Malformed: ${error.message}`);
    }
    throw error;
  }
}
