import type { PolicyRecord } from '../policies.ts';
import { epochSeconds, NOTHING, type Operations } from './operation.ts';
import { MARKER_MEMBERS, markerPage, sequenceKey } from './page.ts';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_CreatePolicy.html and its neighbours */
export const policyOperations: Operations = {
  CreatePolicy: {
    http: 'POST /policies/{policyName}',
    members: ['policyDocument', 'tags'],
    answer: (input, { registry }) => {
      const policyDocument = input.text('policyDocument');
      const policy = registry.policies.create(input.text('policyName'), policyDocument);
      return { ...nameAndArn(policy), policyDocument, policyVersionId: policy.defaultVersionId };
    },
  },
  GetPolicy: {
    http: 'GET /policies/{policyName}',
    members: [],
    answer: (input, { registry }) => {
      const policy = registry.policies.get(input.text('policyName'));
      const { policyName, defaultVersionId } = policy;
      const { policyDocument } = registry.policies.version(policyName, defaultVersionId);
      return { ...nameAndArn(policy), policyDocument, defaultVersionId, ...dates(policy) };
    },
  },
  ListPolicies: {
    http: 'GET /policies',
    members: ['ascendingOrder', ...MARKER_MEMBERS],
    answer: (input, { registry }) => {
      const all = registry.policies.all();
      const ordered = input.flag('ascendingOrder') ? all : all.reverse();
      const { items, next } = markerPage(ordered, input, ({ sequence }) => sequenceKey(sequence));
      return { policies: items.map(nameAndArn), ...next };
    },
  },
  DeletePolicy: {
    http: 'DELETE /policies/{policyName}',
    members: [],
    answer: (input, { registry }) => {
      registry.deletePolicy(input.text('policyName'));
      return NOTHING;
    },
  },
  CreatePolicyVersion: {
    http: 'POST /policies/{policyName}/version',
    members: ['policyDocument', 'setAsDefault'],
    answer: (input, { registry }) => {
      const policyName = input.text('policyName');
      const policyDocument = input.text('policyDocument');
      const isDefaultVersion = input.flag('setAsDefault');
      const version = registry.policies.createVersion(policyName, policyDocument, isDefaultVersion);
      const { policyArn } = registry.policies.get(policyName);
      return { policyArn, policyDocument, policyVersionId: version.versionId, isDefaultVersion };
    },
  },
  GetPolicyVersion: {
    http: 'GET /policies/{policyName}/version/{policyVersionId}',
    members: [],
    answer: (input, { registry }) => {
      const policy = registry.policies.get(input.text('policyName'));
      const version = registry.policies.version(policy.policyName, input.text('policyVersionId'));
      return {
        ...nameAndArn(policy),
        policyDocument: version.policyDocument,
        policyVersionId: version.versionId,
        isDefaultVersion: policy.defaultVersionId === version.versionId,
        ...dates(policy),
        creationDate: epochSeconds(version.creationDateMs),
      };
    },
  },
  ListPolicyVersions: {
    http: 'GET /policies/{policyName}/version',
    members: [],
    answer: (input, { registry }) => {
      const { versions, defaultVersionId } = registry.policies.get(input.text('policyName'));
      const policyVersions = versions.toReversed().map(({ versionId, creationDateMs }) => ({
        versionId,
        isDefaultVersion: versionId === defaultVersionId,
        createDate: epochSeconds(creationDateMs),
      }));
      return { policyVersions };
    },
  },
  SetDefaultPolicyVersion: {
    http: 'PATCH /policies/{policyName}/version/{policyVersionId}',
    members: [],
    answer: (input, { registry }) => {
      registry.policies.setDefaultVersion(input.text('policyName'), input.text('policyVersionId'));
      return NOTHING;
    },
  },
  DeletePolicyVersion: {
    http: 'DELETE /policies/{policyName}/version/{policyVersionId}',
    members: [],
    answer: (input, { registry }) => {
      registry.policies.deleteVersion(input.text('policyName'), input.text('policyVersionId'));
      return NOTHING;
    },
  },
};

/** As listings of policies have them. */
export function nameAndArn({ policyName, policyArn }: PolicyRecord): object {
  return { policyName, policyArn };
}

function dates({ creationDateMs, lastModifiedDateMs, generationId }: PolicyRecord): object {
  return {
    creationDate: epochSeconds(creationDateMs),
    lastModifiedDate: epochSeconds(lastModifiedDateMs),
    generationId,
  };
}
