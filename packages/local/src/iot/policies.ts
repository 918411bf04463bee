import { AwsError } from '../aws.ts';
import type { ResourceKeeper } from '../contracts.ts';
import type { Collections } from '../data/collections.ts';
import { AlreadyExistsError, deleteConflict, invalidRequest, limitExceeded, notFound } from './errors.ts';
import { parsePolicy } from './policy/parse-policy.ts';
import { MalformedPolicyError } from './policy/template.ts';
import { type Arns, type Changes, nextSequence, type Policy } from './registry.ts';

export interface PolicyRecord extends Policy {
  /** Orders policies by when they were made. */
  readonly sequence: number;
}

/** `AWS::IoT::Policy` */
export interface IotPolicyResource {
  readonly logicalId: string;
  readonly policyName: string;
  /** JSON text. */
  readonly policyDocument: string;
}

const POLICY_NAME = /^[\w+=,.@-]{1,128}$/;
/** AWS IoT's quota. */
const MAX_POLICIES_OF_A_TARGET = 10;

interface PolicyAttachment {
  readonly policyName: string;
  readonly targetArn: string;
}

/** The policies of the registry, and the targets that they are attached to: certificates and thing groups, by ARN. */
export class Policies implements ResourceKeeper<IotPolicyResource> {
  readonly #arns: Arns;
  readonly #changes: Changes;
  readonly #byName: Map<string, PolicyRecord>;
  readonly #attachments: Map<string, PolicyAttachment>;
  /** By target: policy names, in the order of their attachment. */
  readonly #namesOf = new Map<string, Set<string>>();
  /** By policy name: targets. */
  readonly #targetsOf = new Map<string, Set<string>>();
  #sequence: number;

  constructor(arns: Arns, changes: Changes, collections: Collections) {
    this.#arns = arns;
    this.#changes = changes;
    this.#byName = collections.open('policies');
    this.#attachments = collections.open('policyAttachments');
    for (const attachment of this.#attachments.values()) this.#add(attachment);
    this.#sequence = nextSequence(this.#byName);
  }

  /** Throws `ResourceNotFoundException`. */
  get(policyName: string): PolicyRecord {
    const policy = this.#byName.get(policyName);
    if (policy === undefined) throw notFound(`Policy ${policyName} does not exist.`);
    return policy;
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
    const policyArn = this.#arns.of('policy', policyName);
    const policy = { policyName, policyArn, policyDocument, sequence: this.#sequence++ };
    this.#byName.set(policyName, policy);
    return policy;
  }

  /** Throws `DeleteConflictException` for one that is attached to anything. */
  delete(policyName: string): void {
    this.get(policyName);
    if (this.targetsOf(policyName).length > 0) {
      throw deleteConflict(
        `The policy cannot be deleted as the policy is attached to one or more principals (name=${policyName})`,
      );
    }
    this.#byName.delete(policyName);
  }

  /** Of a stack: makes the policy, or gives it another document. Rejects with what AWS IoT answers. */
  async put({ policyName, policyDocument }: IotPolicyResource): Promise<void> {
    const there = this.#byName.get(policyName);
    if (there === undefined) {
      this.create(policyName, policyDocument);
    } else if (there.policyDocument !== policyDocument) {
      checkDocument(policyDocument);
      this.#byName.set(policyName, { ...there, policyDocument });
      this.#changes.emit('policy', policyName);
    }
  }

  async remove({ policyName }: IotPolicyResource): Promise<void> {
    if (this.#byName.has(policyName)) this.delete(policyName);
  }

  policiesOf(targetArn: string): PolicyRecord[] {
    return [...(this.#namesOf.get(targetArn) ?? [])].map((policyName) => this.get(policyName));
  }

  targetsOf(policyName: string): string[] {
    return [...(this.#targetsOf.get(policyName) ?? [])];
  }

  /** Nothing happens where it is attached already. Throws `LimitExceededException`. */
  attach(policyName: string, targetArn: string): void {
    const names = this.#namesOf.get(targetArn);
    if (names?.has(policyName) === true) return;
    if ((names?.size ?? 0) >= MAX_POLICIES_OF_A_TARGET) {
      throw limitExceeded(
        `${targetArn} has ${MAX_POLICIES_OF_A_TARGET} policies already; no more are allowed.`,
      );
    }
    this.#attachments.set(key(policyName, targetArn), { policyName, targetArn });
    this.#add({ policyName, targetArn });
    this.#changes.emit('target', targetArn);
  }

  /** Nothing happens where it is not attached. */
  detach(policyName: string, targetArn: string): void {
    const names = this.#namesOf.get(targetArn);
    if (names?.delete(policyName) !== true) return;
    this.#attachments.delete(key(policyName, targetArn));
    if (names.size === 0) this.#namesOf.delete(targetArn);
    const targets = this.#targetsOf.get(policyName);
    targets?.delete(targetArn);
    if (targets?.size === 0) this.#targetsOf.delete(policyName);
    this.#changes.emit('target', targetArn);
  }

  /** Takes every policy off a target that goes away. */
  detachAll(targetArn: string): void {
    for (const { policyName } of this.policiesOf(targetArn)) this.detach(policyName, targetArn);
  }

  #add({ policyName, targetArn }: PolicyAttachment): void {
    const names = this.#namesOf.get(targetArn) ?? new Set<string>();
    this.#namesOf.set(targetArn, names.add(policyName));
    const targets = this.#targetsOf.get(policyName) ?? new Set<string>();
    this.#targetsOf.set(policyName, targets.add(targetArn));
  }
}

/** Policy names have no slashes. */
function key(policyName: string, targetArn: string): string {
  return `${policyName}/${targetArn}`;
}

/** Throws `MalformedPolicyException`. */
function checkDocument(policyDocument: string): void {
  try {
    parsePolicy(policyDocument);
  } catch (error) {
    if (error instanceof MalformedPolicyError) {
      throw new AwsError('MalformedPolicyException', `Policy document is Malformed: ${error.message}`);
    }
    throw error;
  }
}
