import { invalidRequest } from '../errors.ts';
import type { IotRegistry } from '../iot-registry.ts';
import type { ThingGroup } from '../thing-groups.ts';
import type { ThingRecord } from '../things.ts';
import type { Input } from './input.ts';
import { NOTHING, type Operations } from './operation.ts';
import { TOKEN_MEMBERS, tokenPage } from './page.ts';
import { groupPage } from './thing-group-operations.ts';

const BOTH = ['thingName', 'thingArn', 'thingGroupName', 'thingGroupArn'];

/** https://docs.aws.amazon.com/iot/latest/apireference/API_AddThingToThingGroup.html and its neighbours */
export const membershipOperations: Operations = {
  AddThingToThingGroup: {
    http: 'PUT /thing-groups/addThingToThingGroup',
    // It says which groups to leave for a dynamic one; there are none of those here.
    members: [...BOTH, 'overrideDynamicGroups'],
    answer: (input, { registry }) => {
      registry.memberships.add(thingOf(input, registry), groupOf(input, registry));
      return NOTHING;
    },
  },
  RemoveThingFromThingGroup: {
    http: 'PUT /thing-groups/removeThingFromThingGroup',
    members: BOTH,
    answer: (input, { registry }) => {
      registry.memberships.remove(thingOf(input, registry), groupOf(input, registry));
      return NOTHING;
    },
  },
  ListThingGroupsForThing: {
    http: 'GET /things/{thingName}/thing-groups',
    members: TOKEN_MEMBERS,
    answer: (input, { registry }) => {
      const { thingName } = registry.things.get(input.text('thingName'));
      return groupPage(registry.memberships.groupsOf(thingName), input);
    },
  },
  ListThingsInThingGroup: {
    http: 'GET /thing-groups/{thingGroupName}/things',
    members: ['recursive', ...TOKEN_MEMBERS],
    answer: (input, { registry }) => {
      const { thingGroupName } = registry.thingGroups.get(input.text('thingGroupName'));
      const names = thingsIn(thingGroupName, input.flag('recursive'), registry);
      const { items, next } = tokenPage([...new Set(names)].sort(), input, (thingName) => thingName);
      return { things: items, ...next };
    },
  },
};

function thingsIn(thingGroupName: string, recursive: boolean, registry: IotRegistry): string[] {
  const below = recursive ? registry.thingGroups.childrenOf(thingGroupName) : [];
  return [
    ...registry.memberships.thingsIn(thingGroupName),
    ...below.flatMap((child) => thingsIn(child.thingGroupName, true, registry)),
  ];
}

function thingOf(input: Input, { arns, things }: IotRegistry): ThingRecord {
  const name = input.optionalText('thingName');
  const arn = input.optionalText('thingArn');
  if (name !== undefined) return things.get(name);
  if (arn === undefined) throw invalidRequest('Give thingName or thingArn.');
  const { type, id } = arns.parse(arn);
  if (type !== 'thing') throw invalidRequest(`${arn} is no thing.`);
  return things.get(id);
}

function groupOf(input: Input, { arns, thingGroups }: IotRegistry): ThingGroup {
  const name = input.optionalText('thingGroupName');
  const arn = input.optionalText('thingGroupArn');
  if (name !== undefined) return thingGroups.get(name);
  if (arn === undefined) throw invalidRequest('Give thingGroupName or thingGroupArn.');
  const { type, id } = arns.parse(arn);
  if (type !== 'thinggroup') throw invalidRequest(`${arn} is no thing group.`);
  return thingGroups.get(id);
}
