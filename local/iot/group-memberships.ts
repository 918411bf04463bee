import type { Changes } from './changes.ts';
import { invalidRequest } from './errors.ts';
import type { ThingGroup, ThingGroups } from './thing-groups.ts';
import type { ThingRecord } from './things.ts';

/** Source: AWS IoT developer guide, "Add a thing to a static thing group". */
const MAX_GROUPS_OF_A_THING = 10;

/** Which things are in which thing groups. */
export class GroupMemberships {
  readonly #groups: ThingGroups;
  readonly #changes: Changes;
  /** Names of groups by the name of the thing. */
  readonly #groupsOf = new Map<string, Set<string>>();

  constructor(groups: ThingGroups, changes: Changes) {
    this.#groups = groups;
    this.#changes = changes;
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
    this.#groupsOf.set(thing.thingName, groups.add(group.thingGroupName));
    this.#tell('ADDED', thing, group);
  }

  /** Nothing happens where the thing is not in the group. */
  remove(thing: ThingRecord, group: ThingGroup): void {
    const groups = this.#groupsOf.get(thing.thingName);
    if (groups?.delete(group.thingGroupName) !== true) return;
    if (groups.size === 0) this.#groupsOf.delete(thing.thingName);
    this.#tell('REMOVED', thing, group);
  }

  #rootOf(thingGroupName: string): string {
    return this.#groups.ancestors(thingGroupName).at(-1)?.thingGroupName ?? thingGroupName;
  }

  #tell(operation: 'ADDED' | 'REMOVED', thing: ThingRecord, group: ThingGroup): void {
    const { thingGroupName, thingGroupArn, thingGroupId } = group;
    this.#changes.emit('membership', { operation, thing, thingGroupName, thingGroupArn, thingGroupId });
  }
}
