import { DEFAULT_BUS } from '../events/arns.ts';
import { type ResourceKind, resourcesOf, type StackKeepers, type StackResources } from '../stacks/keepers.ts';
import type { ResourceIdentity } from '../template/resource-identity.ts';
import type { Stack } from '../template/stack.ts';

/** One thing that a keeper makes for a stack; some resources of a template come to none, some to two. */
export interface Unit {
  readonly kind: ResourceKind;
  /** What it is called among those of its kind. */
  readonly name: string;
  /** JSON of all that it is, by which a change is told. */
  readonly state: string;
  put(keepers: StackKeepers): Promise<void>;
  remove(keepers: StackKeepers): Promise<void>;
}

/** How the things of a kind are called, and which of a template's resources such a one comes from. */
interface KindNames<R> {
  readonly types: readonly string[];
  nameOf(resource: R): string;
  /** The same name by what the template's resource is referred to; its own name when absent. */
  nameBy?(identity: ResourceIdentity): string;
}

/** An account has one such setting. */
const THE_SETTING = 'settings';

const busPrefix = (bus: string) => (bus === DEFAULT_BUS ? '' : `${bus}|`);

const KINDS: { readonly [K in ResourceKind]: KindNames<StackResources[K]> } = {
  tables: { types: ['AWS::DynamoDB::Table'], nameOf: ({ tableName }) => tableName },
  queues: { types: ['AWS::SQS::Queue'], nameOf: ({ queueName }) => queueName },
  buckets: { types: ['AWS::S3::Bucket'], nameOf: ({ bucketName }) => bucketName },
  logGroups: { types: ['AWS::Logs::LogGroup'], nameOf: ({ logGroupName }) => logGroupName },
  queryDefinitions: {
    types: ['AWS::Logs::QueryDefinition'],
    nameOf: ({ queryDefinitionId }) => queryDefinitionId,
  },
  functions: { types: ['AWS::Lambda::Function'], nameOf: ({ functionName }) => functionName },
  stateMachines: { types: ['AWS::StepFunctions::StateMachine'], nameOf: ({ name }) => name },
  eventSourceMappings: { types: ['AWS::Lambda::EventSourceMapping'], nameOf: ({ uuid }) => uuid },
  eventBuses: { types: ['AWS::Events::EventBus'], nameOf: ({ name }) => name },
  eventRules: {
    types: ['AWS::Events::Rule'],
    nameOf: ({ name, eventBusName }) => busPrefix(eventBusName) + name,
    nameBy: ({ ref }) => ref,
  },
  eventArchives: { types: ['AWS::Events::Archive'], nameOf: ({ archiveName }) => archiveName },
  schedules: {
    types: ['AWS::Scheduler::Schedule', 'AWS::Events::Rule'],
    nameOf: ({ arn }) => arn,
    nameBy: ({ attributes }) => String(attributes['Arn']),
  },
  iotLogging: { types: ['AWS::IoT::Logging'], nameOf: () => THE_SETTING, nameBy: () => THE_SETTING },
  thingTypes: { types: ['AWS::IoT::ThingType'], nameOf: ({ thingTypeName }) => thingTypeName },
  thingGroups: { types: ['AWS::IoT::ThingGroup'], nameOf: ({ thingGroupName }) => thingGroupName },
  things: { types: ['AWS::IoT::Thing'], nameOf: ({ thingName }) => thingName },
  policies: { types: ['AWS::IoT::Policy'], nameOf: ({ policyName }) => policyName },
  topicRules: { types: ['AWS::IoT::TopicRule'], nameOf: ({ ruleName }) => ruleName },
};

/** In the order in which things are made: each may refer to those of the kinds before. */
export const KIND_ORDER = Object.keys(KINDS) as readonly ResourceKind[];

/** The types of resources that keepers make something of. */
export const KEPT_TYPES: readonly string[] = [...new Set(Object.values(KINDS).flatMap(({ types }) => types))];

/** The things that a stack is made of, by {@link unitKey}. */
export function unitsOf(stack: Stack): ReadonlyMap<string, Unit> {
  const resources = resourcesOf(stack);
  const units = KIND_ORDER.flatMap((kind) => ofKind(kind, resources[kind]));
  return new Map(units.map((unit) => [unitKey(unit), unit]));
}

function ofKind<K extends ResourceKind>(kind: K, resources: readonly StackResources[K][]): readonly Unit[] {
  return resources.map((resource) => ({
    kind,
    name: KINDS[kind].nameOf(resource),
    state: JSON.stringify(resource),
    put: (keepers) => keepers[kind].put(resource),
    remove: (keepers) => keepers[kind].remove(resource),
  }));
}

/** The key of a thing among all. */
export const unitKey = ({ kind, name }: Pick<Unit, 'kind' | 'name'>): string => `${kind}/${name}`;

/** The keys of the things that a template's resource may come to; `identity` is not asked for where it comes to none. */
export function unitKeysFor(type: string, identity: () => ResourceIdentity): readonly string[] {
  return KIND_ORDER.flatMap((kind) => {
    const { types, nameBy = ({ name }) => name }: Omit<KindNames<never>, 'nameOf'> = KINDS[kind];
    return types.includes(type) ? [unitKey({ kind, name: nameBy(identity()) })] : [];
  });
}
