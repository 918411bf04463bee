import { AwsError } from '../aws.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { invalidRequest } from './errors.ts';
import type { IotRegistry } from './iot-registry.ts';
import { MAX_VERSIONS } from './policies.ts';
import type { ThingGroupInput } from './thing-groups.ts';
import type { ThingTypeProperties } from './thing-types.ts';
import type { ThingInput } from './things.ts';

/** What a template has of the registry. */
export interface IotResources {
  readonly thingTypes: readonly IotThingTypeResource[];
  readonly thingGroups: readonly (ThingGroupInput & Origin)[];
  readonly things: readonly (ThingInput & Origin)[];
  readonly policies: readonly IotPolicyResource[];
}

interface Origin {
  readonly logicalId: string;
}

export interface IotThingTypeResource extends Origin {
  readonly thingTypeName: string;
  readonly thingTypeProperties: ThingTypeProperties;
  readonly deprecated: boolean;
}

export interface IotPolicyResource extends Origin {
  readonly policyName: string;
  /** JSON text. */
  readonly policyDocument: string;
}

/** A resource of the template, and how it comes to be as the template says. */
interface Deployment {
  readonly kind: keyof IotResources;
  readonly name: string;
  readonly resource: Origin;
  readonly isThere: boolean;
  create(): void;
  update(): void;
}

/**
 * Makes a template's resources, those that others need first. Those that an earlier runtime has left are changed where
 * the template says something else by now; otherwise they stay as calls have left them. Throws an error that names the
 * resource.
 */
export function createResources(
  registry: IotRegistry,
  resources: IotResources,
  collections: Collections = memoryCollections,
): void {
  const deployed = collections.open<string>('templateResources');
  for (const { kind, name, resource, isThere, create, update } of deploymentsOf(registry, resources)) {
    const text = JSON.stringify(resource);
    if (isThere && deployed.get(`${kind}/${name}`) === text) continue;
    make(resource, isThere ? update : create);
    deployed.set(`${kind}/${name}`, text);
  }
}

function* deploymentsOf(registry: IotRegistry, resources: IotResources): Generator<Deployment> {
  for (const type of resources.thingTypes) yield thingType(registry, type);
  for (const group of parentsFirst(resources.thingGroups)) yield thingGroup(registry, group);
  for (const thing of resources.things) yield deployedThing(registry, thing);
  for (const policy of resources.policies) yield deployedPolicy(registry, policy);
}

/** What a thing type is like can't be changed. */
function thingType({ thingTypes }: IotRegistry, resource: IotThingTypeResource): Deployment {
  const { thingTypeName: name, thingTypeProperties, deprecated } = resource;
  const create = () => {
    thingTypes.create(name, thingTypeProperties);
    if (deprecated) thingTypes.deprecate(name, false);
  };
  const isThere = thingTypes.find(name) !== undefined;
  return { kind: 'thingTypes', name, resource, isThere, create, update: create };
}

function thingGroup({ thingGroups }: IotRegistry, resource: ThingGroupInput & Origin): Deployment {
  const { thingGroupName: name, parentGroupName, thingGroupDescription, attributes } = resource;
  const there = thingGroups.find(name);
  return {
    kind: 'thingGroups',
    name,
    resource,
    isThere: there !== undefined,
    create: () => void thingGroups.create(resource),
    update() {
      if (there?.parentGroupName !== parentGroupName) throw invalidRequest('Its parent cannot be changed.');
      thingGroups.update(name, { thingGroupDescription, attributePayload: { attributes, merge: false } });
    },
  };
}

function deployedThing({ things }: IotRegistry, resource: ThingInput & Origin): Deployment {
  const { thingName: name, thingTypeName, attributes } = resource;
  return {
    kind: 'things',
    name,
    resource,
    isThere: things.find(name) !== undefined,
    create: () => void things.create(resource),
    update() {
      things.update(name, {
        thingTypeName,
        removeThingType: thingTypeName === undefined,
        attributePayload: { attributes, merge: false },
      });
    },
  };
}

/** CloudFormation gives a policy a new version, and deletes the oldest where there are as many as there may be. */
function deployedPolicy({ policies }: IotRegistry, resource: IotPolicyResource): Deployment {
  const { policyName: name, policyDocument } = resource;
  return {
    kind: 'policies',
    name,
    resource,
    isThere: policies.find(name) !== undefined,
    create: () => void policies.create(name, policyDocument),
    update() {
      const { versions, defaultVersionId } = policies.get(name);
      const oldest = versions.find(({ versionId }) => versionId !== defaultVersionId);
      if (versions.length >= MAX_VERSIONS && oldest !== undefined) {
        policies.deleteVersion(name, oldest.versionId);
      }
      policies.createVersion(name, policyDocument, true);
    },
  };
}

function make({ logicalId }: Origin, create: () => void): void {
  try {
    create();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new Error(`Resources.${logicalId} can't be created: ${error.message}`, { cause: error });
  }
}

function parentsFirst<T extends ThingGroupInput>(groups: readonly T[]): readonly T[] {
  const depth = ({ parentGroupName }: ThingGroupInput): number => {
    const parent = groups.find(({ thingGroupName }) => thingGroupName === parentGroupName);
    return parent === undefined ? 0 : 1 + depth(parent);
  };
  return groups.toSorted((one, other) => depth(one) - depth(other));
}
