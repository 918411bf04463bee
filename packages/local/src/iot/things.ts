import { randomUUID } from 'node:crypto';
import type { Collections } from '../data/collections.ts';
import { AlreadyExistsError, invalidRequest, notFound } from './errors.ts';
import type { Arns, Changes, Thing } from './registry.ts';

interface ThingRecord extends Thing {
  readonly thingId: string;
  readonly thingArn: string;
}

type Attributes = Thing['attributes'];

/** AWS IoT's quota for the attributes of a thing without a type, and the laptop has no types. */
const MAX_ATTRIBUTES = 3;
/** Of things and of thing groups. */
const NAME = /^[a-zA-Z0-9:_-]{1,128}$/;
const ATTRIBUTE_NAME = /^[a-zA-Z0-9_.,@/:#=[\]-]{1,128}$/;
const ATTRIBUTE_VALUE = /^[a-zA-Z0-9_.,@/:#=[\]-]{0,800}$/;

/** The things of the registry. */
export class Things {
  readonly #arns: Arns;
  readonly #byName: Map<string, ThingRecord>;

  constructor(arns: Arns, collections: Collections) {
    this.#arns = arns;
    this.#byName = collections.open('things');
  }

  find(thingName: string): ThingRecord | undefined {
    return this.#byName.get(thingName);
  }

  /** Throws `ResourceNotFoundException`. */
  get(thingName: string): ThingRecord {
    const thing = this.#byName.get(thingName);
    if (thing === undefined) throw notFound(`Thing ${thingName} does not exist.`);
    return thing;
  }

  /** Gives the thing that is there already, where it is the same. */
  create(thingName: string, attributes: Attributes = {}): ThingRecord {
    if (!NAME.test(thingName)) throw invalidRequest(`thingName must match ${NAME.source}`);
    const there = this.#byName.get(thingName);
    if (there !== undefined) {
      if (sameAttributes(there.attributes, attributes)) return there;
      throw new AlreadyExistsError(`Thing ${thingName} already exists in account with different attributes`, {
        resourceId: there.thingId,
        resourceArn: there.thingArn,
      });
    }
    checkAttributes(attributes);
    const thingArn = this.#arns.of('thing', thingName);
    const thing: ThingRecord = { thingName, thingId: randomUUID(), thingArn, attributes };
    this.#byName.set(thingName, thing);
    return thing;
  }

  delete(thingName: string): void {
    this.#byName.delete(thingName);
  }
}

/** https://docs.aws.amazon.com/iot/latest/apireference/API_AttributePayload.html */
function checkAttributes(attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!ATTRIBUTE_NAME.test(name)) {
      throw invalidRequest(`The attribute name '${name}' does not match ${ATTRIBUTE_NAME.source}`);
    }
    if (!ATTRIBUTE_VALUE.test(value)) {
      throw invalidRequest(`The value of the attribute ${name} does not match ${ATTRIBUTE_VALUE.source}`);
    }
  }
  const count = Object.keys(attributes).length;
  if (count > MAX_ATTRIBUTES) {
    throw invalidRequest(`There are ${count} attributes; there may be ${MAX_ATTRIBUTES} at most.`);
  }
}

function sameAttributes(one: Attributes, other: Attributes): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

interface ThingGroup {
  readonly thingGroupName: string;
  readonly thingGroupId: string;
  readonly thingGroupArn: string;
}

/** Source: AWS IoT developer guide, "Add a thing to a static thing group". */
const MAX_GROUPS_OF_A_THING = 10;

interface Membership {
  readonly thingName: string;
  readonly thingGroupName: string;
}

/** Static thing groups, none within another, and the things in them. */
export class ThingGroups {
  readonly #arns: Arns;
  readonly #changes: Changes;
  readonly #byName: Map<string, ThingGroup>;
  readonly #memberships: Map<string, Membership>;
  /** Names of groups by the name of the thing. */
  readonly #groupsOf = new Map<string, Set<string>>();

  constructor(arns: Arns, changes: Changes, collections: Collections) {
    this.#arns = arns;
    this.#changes = changes;
    this.#byName = collections.open('thingGroups');
    this.#memberships = collections.open('memberships');
    for (const membership of this.#memberships.values()) this.#add(membership);
  }

  find(thingGroupName: string): ThingGroup | undefined {
    return this.#byName.get(thingGroupName);
  }

  /** Throws `ResourceNotFoundException`. */
  get(thingGroupName: string): ThingGroup {
    const group = this.#byName.get(thingGroupName);
    if (group === undefined) throw notFound(`Thing group ${thingGroupName} does not exist.`);
    return group;
  }

  /** Gives the group that is there already. */
  create(thingGroupName: string): ThingGroup {
    if (!NAME.test(thingGroupName)) throw invalidRequest(`thingGroupName must match ${NAME.source}`);
    const there = this.#byName.get(thingGroupName);
    if (there !== undefined) return there;
    const thingGroupArn = this.#arns.of('thinggroup', thingGroupName);
    const group = { thingGroupName, thingGroupId: randomUUID(), thingGroupArn };
    this.#byName.set(thingGroupName, group);
    return group;
  }

  /** Takes its things out of it. */
  delete(thingGroupName: string): void {
    for (const thingName of this.thingsIn(thingGroupName)) this.removeThing(thingName, thingGroupName);
    this.#byName.delete(thingGroupName);
  }

  /** The groups that a thing has been added to, by name. */
  groupsOf(thingName: string): ThingGroup[] {
    return [...(this.#groupsOf.get(thingName) ?? [])].sort().map((name) => this.get(name));
  }

  /** The names of the things that have been added to a group, by name. */
  thingsIn(thingGroupName: string): string[] {
    const members = [...this.#groupsOf].filter(([, groups]) => groups.has(thingGroupName));
    return members.map(([thingName]) => thingName).sort();
  }

  /** Nothing happens where the thing is in the group already. Throws `InvalidRequestException`. */
  addThing(thingName: string, thingGroupName: string): void {
    const groups = this.#groupsOf.get(thingName);
    if (groups?.has(thingGroupName) === true) return;
    if ((groups?.size ?? 0) >= MAX_GROUPS_OF_A_THING) {
      throw invalidRequest(`Thing ${thingName} is in ${MAX_GROUPS_OF_A_THING} thing groups already.`);
    }
    const membership = { thingName, thingGroupName };
    this.#memberships.set(key(membership), membership);
    this.#add(membership);
    this.#changes.emit('thing', thingName);
  }

  /** Nothing happens where the thing is not in the group. */
  removeThing(thingName: string, thingGroupName: string): void {
    const groups = this.#groupsOf.get(thingName);
    if (groups?.delete(thingGroupName) !== true) return;
    this.#memberships.delete(key({ thingName, thingGroupName }));
    if (groups.size === 0) this.#groupsOf.delete(thingName);
    this.#changes.emit('thing', thingName);
  }

  #add({ thingName, thingGroupName }: Membership): void {
    const groups = this.#groupsOf.get(thingName) ?? new Set<string>();
    this.#groupsOf.set(thingName, groups.add(thingGroupName));
  }
}

/** Neither name has a slash. */
function key({ thingName, thingGroupName }: Membership): string {
  return `${thingName}/${thingGroupName}`;
}
