import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Collections } from '../data/collections.ts';
import type { Arns } from './arns.ts';
import {
  type AttributePayload,
  type Attributes,
  checkAttributes,
  sameAttributes,
  updatedAttributes,
} from './attributes.ts';
import { AlreadyExistsError, invalidRequest, notFound, versionConflict } from './errors.ts';

export interface ThingGroup {
  readonly thingGroupName: string;
  readonly thingGroupId: string;
  readonly thingGroupArn: string;
  readonly parentGroupName?: string;
  readonly thingGroupDescription?: string;
  readonly attributes: Attributes;
  readonly version: number;
  readonly creationDateMs: number;
}

export interface ThingGroupInput {
  readonly thingGroupName: string;
  readonly parentGroupName?: string | undefined;
  readonly thingGroupDescription?: string | undefined;
  readonly attributes: Attributes;
}

export interface ThingGroupUpdate {
  readonly thingGroupDescription?: string | undefined;
  readonly attributePayload?: AttributePayload | undefined;
  readonly expectedVersion?: number | undefined;
}

const THING_GROUP_NAME = /^[a-zA-Z0-9:_-]{1,128}$/;
const MAX_ATTRIBUTES = 50;
/** AWS IoT's quota for the depth of a hierarchy, its root included. */
const MAX_DEPTH = 7;

/** The static thing groups of the registry, each with at most one parent. */
export class ThingGroups {
  readonly #arns: Arns;
  readonly #clock: Clock;
  readonly #byName: Map<string, ThingGroup>;

  constructor(arns: Arns, clock: Clock, collections: Collections) {
    this.#arns = arns;
    this.#clock = clock;
    this.#byName = collections.open('thingGroups');
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

  /** By name. */
  all(): ThingGroup[] {
    return [...this.#byName.values()].sort((one, other) =>
      one.thingGroupName < other.thingGroupName ? -1 : 1,
    );
  }

  /** The group's parent, its parent's parent … up to the root. */
  ancestors(thingGroupName: string): ThingGroup[] {
    const { parentGroupName } = this.get(thingGroupName);
    return parentGroupName === undefined
      ? []
      : [this.get(parentGroupName), ...this.ancestors(parentGroupName)];
  }

  /** Gives the group that is there already, where it is the same. */
  create(input: ThingGroupInput): ThingGroup {
    const { thingGroupName, parentGroupName, thingGroupDescription, attributes } = input;
    if (!THING_GROUP_NAME.test(thingGroupName)) {
      throw invalidRequest(`thingGroupName must match ${THING_GROUP_NAME.source}`);
    }
    const there = this.#byName.get(thingGroupName);
    if (there !== undefined) return assertSame(there, input);
    checkAttributes(attributes, MAX_ATTRIBUTES);
    if (parentGroupName !== undefined && this.ancestors(parentGroupName).length + 2 > MAX_DEPTH) {
      throw invalidRequest(`A hierarchy of thing groups is ${MAX_DEPTH} deep at most.`);
    }
    const group: ThingGroup = {
      thingGroupName,
      thingGroupId: randomUUID(),
      thingGroupArn: this.#arns.of('thinggroup', thingGroupName),
      ...(parentGroupName === undefined ? {} : { parentGroupName }),
      ...(thingGroupDescription === undefined ? {} : { thingGroupDescription }),
      attributes,
      version: 1,
      creationDateMs: this.#clock.now(),
    };
    this.#byName.set(thingGroupName, group);
    return group;
  }

  update(thingGroupName: string, update: ThingGroupUpdate): ThingGroup {
    const { thingGroupDescription, attributePayload, expectedVersion } = update;
    const before = this.get(thingGroupName);
    assertVersion(before, expectedVersion);
    const attributes =
      attributePayload === undefined
        ? before.attributes
        : updatedAttributes(before.attributes, attributePayload);
    checkAttributes(attributes, MAX_ATTRIBUTES);
    const description = thingGroupDescription === undefined ? {} : { thingGroupDescription };
    const after = { ...before, ...description, attributes, version: before.version + 1 };
    this.#byName.set(thingGroupName, after);
    return after;
  }

  childrenOf(thingGroupName: string): ThingGroup[] {
    return this.all().filter(({ parentGroupName }) => parentGroupName === thingGroupName);
  }

  /** Throws `VersionConflictException`, and `InvalidRequestException` for one that has children. */
  assertDeletable(group: ThingGroup, expectedVersion: number | undefined): void {
    const { thingGroupName } = group;
    assertVersion(group, expectedVersion);
    const [child] = this.childrenOf(thingGroupName);
    if (child === undefined) return;
    throw invalidRequest(
      `Cannot delete thing group ${thingGroupName}: ${child.thingGroupName} is a child of it.`,
    );
  }

  delete({ thingGroupName }: ThingGroup): void {
    this.#byName.delete(thingGroupName);
  }
}

function assertSame(there: ThingGroup, input: ThingGroupInput): ThingGroup {
  const { thingGroupName, thingGroupId: resourceId, thingGroupArn: resourceArn } = there;
  if (
    there.parentGroupName === input.parentGroupName &&
    there.thingGroupDescription === input.thingGroupDescription &&
    sameAttributes(there.attributes, input.attributes)
  ) {
    return there;
  }
  throw new AlreadyExistsError(`Thing group ${thingGroupName} already exists with different properties.`, {
    resourceId,
    resourceArn,
  });
}

function assertVersion({ thingGroupName, version }: ThingGroup, expected: number | undefined): void {
  if (expected === undefined || expected === version) return;
  throw versionConflict(`Thing group ${thingGroupName} has the version ${version}, not ${expected}.`);
}
