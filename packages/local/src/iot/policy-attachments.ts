import type { Collections } from '../data/collections.ts';
import type { Changes } from './changes.ts';
import { limitExceeded } from './errors.ts';

/** AWS IoT's quota. */
const MAX_POLICIES_OF_A_TARGET = 10;

interface PolicyAttachment {
  readonly policyName: string;
  readonly targetArn: string;
}

/** Which policies are attached to which targets: certificates and thing groups, by their ARNs. */
export class PolicyAttachments {
  readonly #changes: Changes;
  readonly #attachments: Map<string, PolicyAttachment>;
  /** By target: policy names, in the order of their attachment. */
  readonly #policies = new Map<string, Set<string>>();
  /** By policy name: targets. */
  readonly #targets = new Map<string, Set<string>>();

  constructor(changes: Changes, collections: Collections) {
    this.#changes = changes;
    this.#attachments = collections.open('policyAttachments');
    for (const attachment of this.#attachments.values()) this.#add(attachment);
  }

  policiesOf(targetArn: string): string[] {
    return [...(this.#policies.get(targetArn) ?? [])];
  }

  targetsOf(policyName: string): string[] {
    return [...(this.#targets.get(policyName) ?? [])];
  }

  /** Nothing happens where it is attached already. Throws `LimitExceededException`. */
  attach(policyName: string, targetArn: string): void {
    const policies = this.#policies.get(targetArn);
    if (policies?.has(policyName) === true) return;
    if ((policies?.size ?? 0) >= MAX_POLICIES_OF_A_TARGET) {
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
    const policies = this.#policies.get(targetArn);
    if (policies?.delete(policyName) !== true) return;
    this.#attachments.delete(key(policyName, targetArn));
    if (policies.size === 0) this.#policies.delete(targetArn);
    const targets = this.#targets.get(policyName);
    targets?.delete(targetArn);
    if (targets?.size === 0) this.#targets.delete(policyName);
    this.#changes.emit('target', targetArn);
  }

  /** Takes every policy off a target that goes away. */
  detachAll(targetArn: string): void {
    for (const policyName of this.policiesOf(targetArn)) this.detach(policyName, targetArn);
  }

  #add({ policyName, targetArn }: PolicyAttachment): void {
    const policies = this.#policies.get(targetArn) ?? new Set<string>();
    this.#policies.set(targetArn, policies.add(policyName));
    const targets = this.#targets.get(policyName) ?? new Set<string>();
    this.#targets.set(policyName, targets.add(targetArn));
  }
}

/** Policy names have no slashes. */
function key(policyName: string, targetArn: string): string {
  return `${policyName}/${targetArn}`;
}
