import { pageOf } from '../../protocol/page.ts';
import { invalidRequest } from '../errors.ts';
import type { IotRegistry } from '../iot-registry.ts';
import type { PolicyRecord } from '../policies.ts';
import { BY_MARKER, NOTHING, type Operations, pageMembers, sequenceKey } from './operation.ts';

const PAGE = pageMembers(BY_MARKER);

/** https://docs.aws.amazon.com/iot/latest/apireference/API_CreatePolicy.html and its neighbours */
export const policyOperations: Operations = {
  CreatePolicy: {
    http: 'POST /policies/{policyName}',
    members: ['policyDocument', 'tags'],
    answer: (input, { registry }) => {
      const policyDocument = input.text('policyDocument', { min: 0 });
      const policy = registry.policies.create(input.text('policyName'), policyDocument);
      return { ...nameAndArn(policy), policyDocument, policyVersionId: '1' };
    },
  },
  ListPolicies: {
    http: 'GET /policies',
    members: ['ascendingOrder', ...PAGE],
    answer: (input, { registry }) => {
      const all = registry.policies.all();
      const ordered = input.optionalFlag('ascendingOrder') === true ? all : all.reverse();
      const { items, next } = pageOf(ordered, input, BY_MARKER, sequenceKey);
      return { policies: items.map(nameAndArn), ...next };
    },
  },
  DeletePolicy: {
    http: 'DELETE /policies/{policyName}',
    members: [],
    answer: (input, { registry }) => {
      registry.policies.delete(input.text('policyName'));
      return NOTHING;
    },
  },
  AttachPolicy: {
    http: 'PUT /target-policies/{policyName}',
    members: ['target'],
    answer: (input, { registry }) => {
      const { policyName } = registry.policies.get(input.text('policyName'));
      registry.policies.attach(policyName, targetOf(input.text('target'), registry));
      return NOTHING;
    },
  },
  /** What is not attached, or not there any more, is detached. */
  DetachPolicy: {
    http: 'POST /target-policies/{policyName}',
    members: ['target'],
    answer: (input, { registry }) => {
      const target = input.text('target');
      registry.arns.parse(target);
      registry.policies.detach(input.text('policyName'), target);
      return NOTHING;
    },
  },
  ListTargetsForPolicy: {
    http: 'POST /policy-targets/{policyName}',
    members: PAGE,
    answer: (input, { registry }) => {
      const { policyName } = registry.policies.get(input.text('policyName'));
      const targets = registry.policies.targetsOf(policyName).sort();
      const { items, next } = pageOf(targets, input, BY_MARKER, (arn) => arn);
      return { targets: items, ...next };
    },
  },
};

/** The ARN of a certificate or a thing group that is there. */
function targetOf(arn: string, { arns, certificates, thingGroups }: IotRegistry): string {
  const { type, id } = arns.parse(arn);
  if (type === 'cert') return certificates.get(id).certificateArn;
  if (type === 'thinggroup') return thingGroups.get(id).thingGroupArn;
  throw invalidRequest(`${arn} is neither a certificate nor a thing group.`);
}

function nameAndArn({ policyName, policyArn }: PolicyRecord): object {
  return { policyName, policyArn };
}
