import type { IotRegistry } from '../iot-registry.ts';
import type { ThingGroup } from '../thing-groups.ts';
import { attributePayloadOf, type Input } from './input.ts';
import { epochSeconds, NOTHING, type Operations } from './operation.ts';
import { TOKEN_MEMBERS, tokenPage } from './page.ts';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThingGroup.html and its neighbours */
export const thingGroupOperations: Operations = {
  CreateThingGroup: {
    http: 'POST /thing-groups/{thingGroupName}',
    members: ['parentGroupName', 'thingGroupProperties', 'tags'],
    answer: (input, { registry }) => {
      const { thingGroupName, thingGroupArn, thingGroupId } = registry.thingGroups.create({
        thingGroupName: input.text('thingGroupName'),
        parentGroupName: input.optionalText('parentGroupName'),
        thingGroupDescription: propertiesOf(input)?.optionalText('thingGroupDescription'),
        attributes: attributePayloadOf(propertiesOf(input))?.attributes ?? {},
      });
      return { thingGroupName, thingGroupArn, thingGroupId };
    },
  },
  DescribeThingGroup: {
    http: 'GET /thing-groups/{thingGroupName}',
    members: [],
    answer: (input, { registry }) =>
      described(registry.thingGroups.get(input.text('thingGroupName')), registry),
  },
  UpdateThingGroup: {
    http: 'PATCH /thing-groups/{thingGroupName}',
    members: ['thingGroupProperties', 'expectedVersion'],
    answer: (input, { registry }) => {
      const { version } = registry.thingGroups.update(input.text('thingGroupName'), {
        thingGroupDescription: propertiesOf(input)?.optionalText('thingGroupDescription'),
        attributePayload: attributePayloadOf(propertiesOf(input)),
        expectedVersion: input.optionalNumber('expectedVersion'),
      });
      return { version };
    },
  },
  DeleteThingGroup: {
    http: 'DELETE /thing-groups/{thingGroupName}',
    members: ['expectedVersion'],
    answer: (input, { registry }) => {
      registry.deleteThingGroup(input.text('thingGroupName'), input.optionalNumber('expectedVersion'));
      return NOTHING;
    },
  },
  ListThingGroups: {
    http: 'GET /thing-groups',
    members: ['parentGroup', 'namePrefixFilter', 'recursive', ...TOKEN_MEMBERS],
    answer: (input, { registry }) => {
      const prefix = input.optionalText('namePrefixFilter') ?? '';
      const groups = listed(input, registry).filter(({ thingGroupName }) =>
        thingGroupName.startsWith(prefix),
      );
      return groupPage(groups, input);
    },
  },
};

/** Groups below a parent, its children alone where `recursive` does not ask for more; or all of them. */
function listed(input: Input, { thingGroups }: IotRegistry): readonly ThingGroup[] {
  const parent = input.optionalText('parentGroup');
  if (parent === undefined) return thingGroups.all();
  thingGroups.get(parent);
  if (!input.flag('recursive')) return thingGroups.childrenOf(parent);
  return thingGroups
    .all()
    .filter(({ thingGroupName }) =>
      thingGroups.ancestors(thingGroupName).some((ancestor) => ancestor.thingGroupName === parent),
    );
}

/** A page of groups, as `ListThingGroups` and `ListThingGroupsForThing` give it. */
export function groupPage(groups: readonly ThingGroup[], input: Input): object {
  const { items, next } = tokenPage(groups, input, ({ thingGroupName }) => thingGroupName);
  return { thingGroups: items.map(nameAndArn), ...next };
}

function propertiesOf(input: Input): Input | undefined {
  return input.optionalObject('thingGroupProperties', ['thingGroupDescription', 'attributePayload']);
}

function nameAndArn({ thingGroupName, thingGroupArn }: ThingGroup): object {
  return { groupName: thingGroupName, groupArn: thingGroupArn };
}

function described(group: ThingGroup, { thingGroups }: IotRegistry): object {
  const { thingGroupName, thingGroupId, thingGroupArn, version } = group;
  const { parentGroupName, thingGroupDescription, attributes, creationDateMs } = group;
  return {
    thingGroupName,
    thingGroupId,
    thingGroupArn,
    version,
    thingGroupProperties: { thingGroupDescription, attributePayload: { attributes } },
    thingGroupMetadata: {
      parentGroupName,
      rootToParentThingGroups: thingGroups.ancestors(thingGroupName).toReversed().map(nameAndArn),
      creationDate: epochSeconds(creationDateMs),
    },
  };
}
