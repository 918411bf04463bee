import type { ResourceKeeper } from '../contracts.ts';
import { invalidRequest } from './errors.ts';
import type { IotRegistry } from './iot-registry.ts';
import { checkDocument, MAX_VERSIONS } from './policies.ts';
import type {
  IotPolicyResource,
  IotResources,
  IotThingGroupResource,
  IotThingResource,
  IotThingTypeResource,
} from './resources.ts';

/** The keepers of what a template has of the registry. */
export type IotKeepers = {
  readonly [K in keyof IotResources]: ResourceKeeper<IotResources[K][number]>;
};

/** How a resource of one kind comes to be, changes and goes. Throws what AWS IoT answers. */
interface Kind<R> {
  isThere(resource: R): boolean;
  create(resource: R): void;
  update(resource: R): void;
  delete(resource: R): void;
}

/** The keepers of the registry's resources. */
export function createIotKeepers(registry: IotRegistry): IotKeepers {
  return {
    thingTypes: keeperOf(thingTypes(registry)),
    thingGroups: keeperOf(thingGroups(registry)),
    things: keeperOf(things(registry)),
    policies: keeperOf(policies(registry)),
  };
}

function keeperOf<R>({ isThere, ...actions }: Kind<R>): ResourceKeeper<R> {
  return {
    async put(resource) {
      if (isThere(resource)) actions.update(resource);
      else actions.create(resource);
    },
    async remove(resource) {
      if (isThere(resource)) actions.delete(resource);
    },
  };
}

/** What a thing type is like can't be changed, but for whether it is deprecated. */
function thingTypes({ thingTypes: types, things: all }: IotRegistry): Kind<IotThingTypeResource> {
  const create = ({ thingTypeName, thingTypeProperties, deprecated }: IotThingTypeResource) => {
    const type = types.create(thingTypeName, thingTypeProperties);
    if (deprecated !== (type.deprecationDateMs !== undefined)) types.deprecate(thingTypeName, !deprecated);
  };
  return {
    isThere: ({ thingTypeName }) => types.find(thingTypeName) !== undefined,
    create,
    update: create,
    // CloudFormation deprecates it, and waits for the five minutes that the API wants.
    delete: ({ thingTypeName }) =>
      types.remove(
        thingTypeName,
        all.all().some((thing) => thing.thingTypeName === thingTypeName),
      ),
  };
}

function thingGroups(registry: IotRegistry): Kind<IotThingGroupResource> {
  const { thingGroups: groups } = registry;
  return {
    isThere: ({ thingGroupName }) => groups.find(thingGroupName) !== undefined,
    create: (resource) => void groups.create(resource),
    update({ thingGroupName, parentGroupName, thingGroupDescription, attributes }) {
      if (groups.find(thingGroupName)?.parentGroupName !== parentGroupName) {
        throw invalidRequest(
          `The parent of ${thingGroupName} cannot be changed: give the group another name.`,
        );
      }
      groups.update(thingGroupName, {
        thingGroupDescription,
        attributePayload: { attributes, merge: false },
      });
    },
    delete: ({ thingGroupName }) => registry.deleteThingGroup(thingGroupName),
  };
}

function things(registry: IotRegistry): Kind<IotThingResource> {
  return {
    isThere: ({ thingName }) => registry.findThing(thingName) !== undefined,
    create: (resource) => void registry.things.create(resource),
    update({ thingName, thingTypeName, attributes }) {
      registry.things.update(thingName, {
        thingTypeName,
        removeThingType: thingTypeName === undefined,
        attributePayload: { attributes, merge: false },
      });
    },
    delete: ({ thingName }) => registry.deleteThing(thingName),
  };
}

/** CloudFormation gives a policy a new version, and deletes the oldest where there are as many as there may be. */
function policies(registry: IotRegistry): Kind<IotPolicyResource> {
  const { policies: all } = registry;
  const versionsBesideDefault = (policyName: string) => {
    const { versions, defaultVersionId } = all.get(policyName);
    return versions.filter(({ versionId }) => versionId !== defaultVersionId);
  };
  return {
    isThere: ({ policyName }) => all.find(policyName) !== undefined,
    create: ({ policyName, policyDocument }) => void all.create(policyName, policyDocument),
    update({ policyName, policyDocument }) {
      if (all.version(policyName, all.get(policyName).defaultVersionId).policyDocument === policyDocument)
        return;
      checkDocument(policyDocument);
      const [oldest, ...others] = versionsBesideDefault(policyName);
      if (oldest !== undefined && others.length + 2 >= MAX_VERSIONS) {
        all.deleteVersion(policyName, oldest.versionId);
      }
      all.createVersion(policyName, policyDocument, true);
    },
    delete({ policyName }) {
      registry.assertUnattached(policyName);
      for (const { versionId } of versionsBesideDefault(policyName)) all.deleteVersion(policyName, versionId);
      registry.deletePolicy(policyName);
    },
  };
}
