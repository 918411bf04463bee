import { invalidRequest } from '../errors.ts';
import type { IotRegistry } from '../iot-registry.ts';
import type { PolicyRecord } from '../policies.ts';
import type { Input } from './input.ts';
import { NOTHING, type Operation, type Operations } from './operation.ts';
import { MARKER_MEMBERS, markerPage } from './page.ts';
import { nameAndArn } from './policy-operations.ts';

/**
 * https://docs.aws.amazon.com/iot/latest/apireference/API_AttachPolicy.html and its neighbours; those with
 * "principal" in their names are deprecated, and do the same.
 */
export const policyAttachmentOperations: Operations = {
  AttachPolicy: {
    http: 'PUT /target-policies/{policyName}',
    members: ['target'],
    answer: attachTo('target'),
  },
  DetachPolicy: {
    http: 'POST /target-policies/{policyName}',
    members: ['target'],
    answer: detachFrom('target'),
  },
  ListAttachedPolicies: {
    http: 'POST /attached-policies/{target}',
    members: ['recursive', ...MARKER_MEMBERS],
    answer: (input, { registry }) => policyPage(attached(input, registry), input),
  },
  ListTargetsForPolicy: {
    http: 'POST /policy-targets/{policyName}',
    members: MARKER_MEMBERS,
    answer: (input, { registry }) => {
      const { items, next } = targetPage(input, registry, () => true);
      return { targets: items, ...next };
    },
  },
  AttachPrincipalPolicy: {
    http: 'PUT /principal-policies/{policyName}',
    members: ['principal'],
    answer: attachTo('principal'),
  },
  DetachPrincipalPolicy: {
    http: 'DELETE /principal-policies/{policyName}',
    members: ['principal'],
    answer: detachFrom('principal'),
  },
  ListPrincipalPolicies: {
    http: 'GET /principal-policies',
    members: ['principal', 'ascendingOrder', ...MARKER_MEMBERS],
    answer: (input, { registry }) => {
      const names = registry.policyAttachments.policiesOf(targetOf(input.text('principal'), registry));
      return policyPage(
        names.map((name) => registry.policies.get(name)),
        input,
      );
    },
  },
  ListPolicyPrincipals: {
    http: 'GET /policy-principals',
    members: ['policyName', 'ascendingOrder', ...MARKER_MEMBERS],
    answer: (input, { registry }) => {
      const { items, next } = targetPage(input, registry, (arn) => registry.arns.parse(arn).type === 'cert');
      return { principals: items, ...next };
    },
  },
};

function attachTo(member: string): Operation {
  return (input, { registry }) => {
    const { policyName } = registry.policies.get(input.text('policyName'));
    registry.policyAttachments.attach(policyName, targetOf(input.text(member), registry));
    return NOTHING;
  };
}

/** What is not attached, or not there any more, is detached. */
function detachFrom(member: string): Operation {
  return (input, { registry }) => {
    const target = input.text(member);
    registry.arns.parse(target);
    registry.policyAttachments.detach(input.text('policyName'), target);
    return NOTHING;
  };
}

/** The ARN of a certificate or a thing group that is there. */
function targetOf(arn: string, { arns, certificates, thingGroups }: IotRegistry): string {
  const { type, id } = arns.parse(arn);
  if (type === 'cert') return certificates.get(id).certificateArn;
  if (type === 'thinggroup') return thingGroups.get(id).thingGroupArn;
  throw invalidRequest(`${arn} is neither a certificate nor a thing group.`);
}

function attached(input: Input, registry: IotRegistry): readonly PolicyRecord[] {
  const target = targetOf(input.text('target'), registry);
  const { type, id } = registry.arns.parse(target);
  if (type === 'thinggroup') {
    return registry.groupPolicies(registry.thingGroups.get(id), input.flag('recursive'));
  }
  return registry.policyAttachments.policiesOf(target).map((name) => registry.policies.get(name));
}

function policyPage(policies: readonly PolicyRecord[], input: Input): object {
  const ordered = policies.toSorted((one, other) => (one.policyName < other.policyName ? -1 : 1));
  const { items, next } = markerPage(ordered, input, ({ policyName }) => policyName);
  return { policies: items.map(nameAndArn), ...next };
}

function targetPage(input: Input, registry: IotRegistry, isListed: (arn: string) => boolean) {
  const { policyName } = registry.policies.get(input.text('policyName'));
  const targets = registry.policyAttachments.targetsOf(policyName).filter(isListed);
  return markerPage(targets.sort(), input, (arn) => arn);
}
