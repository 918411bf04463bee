import type { Members } from '../../protocol/members.ts';
import { pageOf } from '../../protocol/page.ts';
import { invalidRequest } from '../errors.ts';
import type { IotRegistry } from '../iot-registry.ts';
import type { AttachedCertificate } from '../thing-principals.ts';
import { BY_TOKEN, NOTHING, type OperationDefinition, type Operations, pageMembers } from './operation.ts';

const PAGE = pageMembers(BY_TOKEN);
const MEMBERSHIP = ['thingName', 'thingArn', 'thingGroupName', 'thingGroupArn'];
const PRINCIPAL_TYPES = ['EXCLUSIVE_THING', 'NON_EXCLUSIVE_THING'] as const;

/**
 * Things, their groups and their certificates: https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html
 * and its neighbours
 */
export const thingOperations: Operations = {
  CreateThing: {
    http: 'POST /things/{thingName}',
    members: ['attributePayload'],
    answer: (input, { registry }) => {
      const payload = input.optionalObject('attributePayload');
      payload?.allow('attributes', 'merge');
      const { thingName, thingArn, thingId } = registry.things.create(
        input.text('thingName'),
        payload?.optionalTextMap('attributes'),
      );
      return { thingName, thingArn, thingId };
    },
  },
  DescribeThing: {
    http: 'GET /things/{thingName}',
    members: [],
    answer: (input, { registry }) => {
      const thing = registry.things.get(input.text('thingName'));
      const { thingName, thingArn, thingId, attributes } = thing;
      return { defaultClientId: thingName, thingName, thingId, thingArn, attributes, version: 1 };
    },
  },
  DeleteThing: {
    http: 'DELETE /things/{thingName}',
    members: [],
    answer: (input, { registry }) => {
      registry.deleteThing(input.text('thingName'));
      return NOTHING;
    },
  },
  CreateThingGroup: {
    http: 'POST /thing-groups/{thingGroupName}',
    members: [],
    answer: (input, { registry }) => registry.thingGroups.create(input.text('thingGroupName')),
  },
  DeleteThingGroup: {
    http: 'DELETE /thing-groups/{thingGroupName}',
    members: [],
    answer: (input, { registry }) => {
      registry.deleteThingGroup(input.text('thingGroupName'));
      return NOTHING;
    },
  },
  AddThingToThingGroup: {
    http: 'PUT /thing-groups/addThingToThingGroup',
    // It says which groups to leave for a dynamic one; there are none of those here.
    members: [...MEMBERSHIP, 'overrideDynamicGroups'],
    answer: (input, { registry }) => {
      registry.thingGroups.addThing(thingOf(input, registry), groupOf(input, registry));
      return NOTHING;
    },
  },
  RemoveThingFromThingGroup: {
    http: 'PUT /thing-groups/removeThingFromThingGroup',
    members: MEMBERSHIP,
    answer: (input, { registry }) => {
      registry.thingGroups.removeThing(thingOf(input, registry), groupOf(input, registry));
      return NOTHING;
    },
  },
  ListThingGroupsForThing: {
    http: 'GET /things/{thingName}/thing-groups',
    members: PAGE,
    answer: (input, { registry }) => {
      const { thingName } = registry.things.get(input.text('thingName'));
      const groups = registry.thingGroups
        .groupsOf(thingName)
        .map(({ thingGroupName: groupName, thingGroupArn: groupArn }) => ({ groupName, groupArn }));
      const { items, next } = pageOf(groups, input, BY_TOKEN, ({ groupName }) => groupName);
      return { thingGroups: items, ...next };
    },
  },
  ListThingsInThingGroup: {
    http: 'GET /thing-groups/{thingGroupName}/things',
    members: PAGE,
    answer: (input, { registry }) => {
      const { thingGroupName } = registry.thingGroups.get(input.text('thingGroupName'));
      const names = registry.thingGroups.thingsIn(thingGroupName);
      const { items, next } = pageOf(names, input, BY_TOKEN, (thingName) => thingName);
      return { things: items, ...next };
    },
  },
  AttachThingPrincipal: {
    http: 'PUT /things/{thingName}/principals',
    members: ['principal', 'thingPrincipalType'],
    answer: (input, { registry }) => {
      const { thingName } = registry.things.get(input.text('thingName'));
      const type = input.optionalEnum('thingPrincipalType', PRINCIPAL_TYPES) ?? 'NON_EXCLUSIVE_THING';
      registry.thingPrincipals.attach(certificateIdOf(input, registry), thingName, type);
      return NOTHING;
    },
  },
  DetachThingPrincipal: {
    http: 'DELETE /things/{thingName}/principals',
    members: ['principal'],
    answer: (input, { registry }) => {
      const { thingName } = registry.things.get(input.text('thingName'));
      registry.thingPrincipals.detach(certificateIdOf(input, registry), thingName);
      return NOTHING;
    },
  },
  ListThingPrincipals: listPrincipals('GET /things/{thingName}/principals', (principals) => ({
    principals: principals.map(({ principal }) => principal),
  })),
  ListThingPrincipalsV2: listPrincipals('GET /things/{thingName}/principals-v2', (principals) => ({
    thingPrincipalObjects: principals,
  })),
  ListPrincipalThings: {
    http: 'GET /principals/things',
    members: ['principal', ...PAGE],
    answer: (input, { registry }) => {
      const things = registry.thingPrincipals.thingsOf(certificateIdOf(input, registry));
      const { items, next } = pageOf(things, input, BY_TOKEN, ({ thingName }) => thingName);
      return { things: items.map(({ thingName }) => thingName), ...next };
    },
  },
};

interface Principal extends Pick<AttachedCertificate, 'thingPrincipalType'> {
  /** Its ARN. */
  readonly principal: string;
}

function listPrincipals(
  http: string,
  answerOf: (principals: readonly Principal[]) => object,
): OperationDefinition {
  return {
    http,
    members: ['thingPrincipalType', ...PAGE],
    answer: (input, { registry }) => {
      const { thingName } = registry.things.get(input.text('thingName'));
      const type = input.optionalEnum('thingPrincipalType', PRINCIPAL_TYPES);
      const principals = registry.thingPrincipals
        .certificatesOf(thingName)
        .filter(({ thingPrincipalType }) => type === undefined || thingPrincipalType === type)
        .map(({ certificateId, thingPrincipalType }) => ({
          principal: registry.arns.of('cert', certificateId),
          thingPrincipalType,
        }));
      const { items, next } = pageOf(principals, input, BY_TOKEN, ({ principal }) => principal);
      return { ...answerOf(items), ...next };
    },
  };
}

function certificateIdOf(input: Members, { arns, certificates }: IotRegistry): string {
  const principal = input.text('principal');
  const { type, id } = arns.parse(principal);
  if (type !== 'cert') throw invalidRequest(`${principal} is no certificate.`);
  return certificates.get(id).certificateId;
}

function thingOf(input: Members, { arns, things }: IotRegistry): string {
  return things.get(nameOf(input, 'thing', arns)).thingName;
}

function groupOf(input: Members, { arns, thingGroups }: IotRegistry): string {
  return thingGroups.get(nameOf(input, 'thingGroup', arns)).thingGroupName;
}

/** Of what is named by its name or by its ARN. */
function nameOf(input: Members, what: 'thing' | 'thingGroup', arns: IotRegistry['arns']): string {
  const name = input.optionalText(`${what}Name`);
  const arn = input.optionalText(`${what}Arn`);
  if (name !== undefined) return name;
  if (arn === undefined) throw invalidRequest(`Give ${what}Name or ${what}Arn.`);
  const { type, id } = arns.parse(arn);
  if (type !== what.toLowerCase()) throw invalidRequest(`${arn} is no ARN of a ${what}.`);
  return id;
}
