import { AwsError } from '../aws.ts';
import type { IotRegistry } from './iot-registry.ts';
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

/** Makes a template's resources, those that others need first. Throws an error that names the resource. */
export function createResources(registry: IotRegistry, resources: IotResources): void {
  for (const type of resources.thingTypes) {
    make(type, () => {
      registry.thingTypes.create(type.thingTypeName, type.thingTypeProperties);
      if (type.deprecated) registry.thingTypes.deprecate(type.thingTypeName, false);
    });
  }
  for (const group of parentsFirst(resources.thingGroups))
    make(group, () => registry.thingGroups.create(group));
  for (const thing of resources.things) make(thing, () => registry.things.create(thing));
  for (const policy of resources.policies) {
    make(policy, () => registry.policies.create(policy.policyName, policy.policyDocument));
  }
}

function make({ logicalId }: Origin, create: () => unknown): void {
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
