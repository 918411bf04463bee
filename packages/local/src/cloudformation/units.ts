import { DEFAULT_BUS } from '../events/event.ts';
import {
  RESOURCE_NAMES,
  type ResourceKind,
  resourcesOf,
  type StackKeepers,
  type StackResources,
} from '../stacks/keepers.ts';
import type { ResourceIdentity } from '../template/resolver.ts';
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
  /** Undefined where its keeper does not tell. */
  isThere(keepers: StackKeepers): Promise<boolean | undefined>;
}

/** Which resources of a template the things of a kind come from. */
interface KindSource {
  readonly types: readonly string[];
  /** Their name, by what the template's resource is referred to; its own name when absent. */
  nameBy?(identity: ResourceIdentity): string;
}

const SOURCES: { readonly [K in ResourceKind]: KindSource } = {
  tables: { types: ['AWS::DynamoDB::Table'] },
  queues: { types: ['AWS::SQS::Queue'] },
  buckets: { types: ['AWS::S3::Bucket'] },
  logGroups: { types: ['AWS::Logs::LogGroup'] },
  queryDefinitions: { types: ['AWS::Logs::QueryDefinition'] },
  functions: { types: ['AWS::Lambda::Function'] },
  stateMachines: { types: ['AWS::StepFunctions::StateMachine'] },
  eventSourceMappings: { types: ['AWS::Lambda::EventSourceMapping'] },
  eventBuses: { types: ['AWS::Events::EventBus'] },
  eventRules: {
    types: ['AWS::Events::Rule'],
    // `Ref` leaves the default bus out.
    nameBy: ({ ref }) => (ref.includes('|') ? ref : `${DEFAULT_BUS}|${ref}`),
  },
  eventArchives: { types: ['AWS::Events::Archive'] },
  iotLogging: { types: ['AWS::IoT::Logging'], nameBy: () => RESOURCE_NAMES.iotLogging('DISABLED') },
  thingTypes: { types: ['AWS::IoT::ThingType'] },
  thingGroups: { types: ['AWS::IoT::ThingGroup'] },
  things: { types: ['AWS::IoT::Thing'] },
  policies: { types: ['AWS::IoT::Policy'] },
  topicRules: { types: ['AWS::IoT::TopicRule'] },
  schedules: {
    types: ['AWS::Scheduler::Schedule'],
    nameBy: ({ attributes }) => String(attributes['Arn']),
  },
  // The last, so that nothing is published by what fails: on AWS, too, a function that has not changed since then gets
  // no other version.
  functionVersions: { types: ['AWS::Lambda::Version'], nameBy: ({ ref }) => ref },
};

/** In the order in which things are made: each may refer to those of the kinds before. */
export const KIND_ORDER = Object.keys(SOURCES) as readonly ResourceKind[];

/** While the runtime runs, of all of them there is what was made. */
export const ALL_KINDS: ReadonlySet<ResourceKind> = new Set(KIND_ORDER);

/** The things that a stack is made of, by {@link unitKey}. */
export function unitsOf(stack: Stack): ReadonlyMap<string, Unit> {
  const resources = resourcesOf(stack);
  const units = KIND_ORDER.flatMap((kind) => ofKind(kind, resources[kind]));
  return new Map(units.map((unit) => [unitKey(unit), unit]));
}

function ofKind<K extends ResourceKind>(kind: K, resources: readonly StackResources[K][]): readonly Unit[] {
  return resources.map((resource) => ({
    kind,
    name: RESOURCE_NAMES[kind](resource),
    state: JSON.stringify(resource),
    put: (keepers) => keepers[kind].put(resource),
    remove: (keepers) => keepers[kind].remove(resource),
    isThere: async (keepers) => keepers[kind].has?.(resource),
  }));
}

/** The key of a thing among all. */
export const unitKey = ({ kind, name }: Pick<Unit, 'kind' | 'name'>): string => `${kind}/${name}`;

/** The keys of the things that a template's resource may come to; `identity` is not asked for where it comes to none. */
export function unitKeysFor(type: string, identity: () => ResourceIdentity): readonly string[] {
  return KIND_ORDER.flatMap((kind) => {
    const { types, nameBy = ({ name }) => name }: KindSource = SOURCES[kind];
    return types.includes(type) ? [unitKey({ kind, name: nameBy(identity()) })] : [];
  });
}
