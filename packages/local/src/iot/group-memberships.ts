import type { Collections } from '../data/collections.ts';
import type { Changes } from './changes.ts';
import { invalidRequest } from './errors.ts';
import type { ThingGroup, ThingGroups } from './thing-groups.ts';
import type { ThingRecord } from './things.ts';

/** Source: AWS IoT developer guide, "Add a thing to a static thing group". */
const MAX_GROUPS_OF_A_THING = 10;

interface Membership {
  readonly thingName: string;
  readonly thingGroupName: string;
}

/** Which things are in which thing groups. */
export class GroupMemberships {
  readonly #groups: ThingGroups;
  readonly #changes: Changes;
  readonly #memberships: Map<string, Membership>;
  /** Names of groups by the name of the thing. */
  readonly #groupsOf = new Map<string, Set<string>>();

  constructor(groups: ThingGroups, changes: Changes, collections: Collections) {
    this.#groups = groups;
    this.#changes = changes;
    this.#memberships = collections.open('memberships');
    for (const membership of this.#memberships.values()) this.#add(membership);
  }

  /** The groups that a thing has been added to, by name. */
  groupsOf(thingName: string): ThingGroup[] {
    return [...(this.#groupsOf.get(thingName) ?? [])].sort().map((name) => this.#groups.get(name));
  }

  /** The names of the things that have been added to a group, by name. */
  thingsIn(thingGroupName: string): string[] {
    const members = [...this.#groupsOf].filter(([, groups]) => groups.has(thingGroupName));
    return members.map(([thingName]) => thingName).sort();
  }

  /** Nothing happens where the thing is in the group already. Throws `InvalidRequestException`. */
  add(thing: ThingRecord, group: ThingGroup): void {
    const groups = this.#groupsOf.get(thing.thingName) ?? new Set<string>();
    if (groups.has(group.thingGroupName)) return;
    if (groups.size >= MAX_GROUPS_OF_A_THING) {
      throw invalidRequest(`Thing ${thing.thingName} is in ${MAX_GROUPS_OF_A_THING} thing groups already.`);
    }
    const root = this.#rootOf(group.thingGroupName);
    const relative = [...groups].find((name) => this.#rootOf(name) === root);
    if (relative !== undefined) {
      throw invalidRequest(
        `Thing ${thing.thingName} is in ${relative}, a thing group of the same hierarchy: take it out first.`,
      );
    }
    const membership = { thingName: thing.thingName, thingGroupName: group.thingGroupName };
    this.#memberships.set(key(membership), membership);
    this.#add(membership);
    this.#tell('ADDED', thing, group);
  }

  /** Nothing happens where the thing is not in the group. */
  remove(thing: ThingRecord, group: ThingGroup): void {
    const groups = this.#groupsOf.get(thing.thingName);
    if (groups?.delete(group.thingGroupName) !== true) return;
    this.#memberships.delete(key({ thingName: thing.thingName, thingGroupName: group.thingGroupName }));
    if (groups.size === 0) this.#groupsOf.delete(thing.thingName);
    this.#tell('REMOVED', thing, group);
  }

  #add({ thingName, thingGroupName }: Membership): void {
    const groups = this.#groupsOf.get(thingName) ?? new Set<string>();
    this.#groupsOf.set(thingName, groups.add(thingGroupName));
  }

  #rootOf(thingGroupName: string): string {
    return this.#groups.ancestors(thingGroupName).at(-1)?.thingGroupName ?? thingGroupName;
  }

  #tell(operation: 'ADDED' | 'REMOVED', thing: ThingRecord, group: ThingGroup): void {
    const { thingGroupName, thingGroupArn, thingGroupId } = group;
    this.#changes.emit('membership', { operation, thing, thingGroupName, thingGroupArn, thingGroupId });
  }
}

/** Neither name has a slash. */
function key({ thingName, thingGroupName }: Membership): string {
  return `${thingName}/${thingGroupName}`;
}
