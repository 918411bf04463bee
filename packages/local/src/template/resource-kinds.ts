import type { ResourceKeeper } from '../contracts.ts';
import { DEFAULT_BUS } from '../events/event.ts';
import type { ResourceIdentity } from './resolver.ts';
import type { Stack } from './stack.ts';

/** A kind of resources that the runtime makes. */
interface Kind<R> {
  /** The type in templates. */
  readonly type: string;
  of(stack: Stack): readonly R[];
  /** What a resource is called among those of its kind in an account and Region. */
  nameOf(resource: R): string;
  /** That name, by what a template's resource is referred to; its own name when absent. */
  nameBy?(identity: ResourceIdentity): string;
  /** A data directory keeps them: they stay as calls have left them while the template says the same. */
  readonly isKept?: boolean;
}

const kind = <R>(one: Kind<R>): Kind<R> => one;

/** All kinds, in the order in which they are made: each may refer to those before. */
export const RESOURCE_KINDS = {
  tables: kind({
    type: 'AWS::DynamoDB::Table',
    of: ({ tables }) => tables,
    nameOf: ({ tableName }) => tableName,
    isKept: true,
  }),
  queues: kind({
    type: 'AWS::SQS::Queue',
    of: ({ queues }) => queues,
    nameOf: ({ queueName }) => queueName,
    isKept: true,
  }),
  buckets: kind({
    type: 'AWS::S3::Bucket',
    of: ({ buckets }) => buckets,
    nameOf: ({ bucketName }) => bucketName,
    isKept: true,
  }),
  logGroups: kind({
    type: 'AWS::Logs::LogGroup',
    of: ({ logGroups }) => logGroups,
    nameOf: ({ logGroupName }) => logGroupName,
    isKept: true,
  }),
  queryDefinitions: kind({
    type: 'AWS::Logs::QueryDefinition',
    of: ({ queryDefinitions }) => queryDefinitions,
    nameOf: ({ queryDefinitionId }) => queryDefinitionId,
    isKept: true,
  }),
  functions: kind({
    type: 'AWS::Lambda::Function',
    of: ({ functions }) => functions,
    nameOf: ({ functionName }) => functionName,
  }),
  stateMachines: kind({
    type: 'AWS::StepFunctions::StateMachine',
    of: ({ stateMachines }) => stateMachines,
    nameOf: ({ name }) => name,
  }),
  eventSourceMappings: kind({
    type: 'AWS::Lambda::EventSourceMapping',
    of: ({ eventSourceMappings }) => eventSourceMappings,
    nameOf: ({ uuid }) => uuid,
  }),
  eventBuses: kind({
    type: 'AWS::Events::EventBus',
    of: ({ events }) => events.eventBuses,
    nameOf: ({ name }) => name,
    isKept: true,
  }),
  eventRules: kind({
    type: 'AWS::Events::Rule',
    of: ({ events }) => events.rules,
    nameOf: ({ eventBusName, name }) => `${eventBusName}|${name}`,
    // `Ref` leaves the default bus out.
    nameBy: ({ ref }) => (ref.includes('|') ? ref : `${DEFAULT_BUS}|${ref}`),
    isKept: true,
  }),
  eventArchives: kind({
    type: 'AWS::Events::Archive',
    of: ({ events }) => events.archives,
    nameOf: ({ archiveName }) => archiveName,
    isKept: true,
  }),
  iotLogging: kind({
    type: 'AWS::IoT::Logging',
    of: ({ iotLogLevel }) => (iotLogLevel === 'DISABLED' ? [] : [iotLogLevel]),
    nameOf: () => 'account',
    nameBy: () => 'account',
  }),
  policies: kind({
    type: 'AWS::IoT::Policy',
    of: ({ policies }) => policies,
    nameOf: ({ policyName }) => policyName,
    isKept: true,
  }),
  topicRules: kind({
    type: 'AWS::IoT::TopicRule',
    of: ({ rules }) => rules,
    nameOf: ({ ruleName }) => ruleName,
    isKept: true,
  }),
  schedules: kind({
    type: 'AWS::Scheduler::Schedule',
    of: ({ schedules }) => schedules,
    nameOf: ({ arn }) => arn,
    nameBy: ({ attributes }) => String(attributes['Arn']),
  }),
};

export type ResourceKind = keyof typeof RESOURCE_KINDS;

/** What a resource of a kind is. */
type ResourceOf<K extends ResourceKind> = (typeof RESOURCE_KINDS)[K] extends Kind<infer R> ? R : never;

/** A kind that is known at run time alone. */
export type AnyKind<K extends ResourceKind = ResourceKind> = Kind<ResourceOf<K>>;

/** What makes, changes and removes the resources of each kind. */
export type StackKeepers = { readonly [K in ResourceKind]: ResourceKeeper<ResourceOf<K>> };

/** In the order in which things are made. */
export const KIND_ORDER = Object.keys(RESOURCE_KINDS) as readonly ResourceKind[];

/** While the runtime runs, of all of them there is what was made. */
export const ALL_KINDS: ReadonlySet<ResourceKind> = new Set(KIND_ORDER);

/** Kinds whose resources a data directory keeps. */
export const KEPT_KINDS: ReadonlySet<ResourceKind> = new Set(
  KIND_ORDER.filter((name) => (RESOURCE_KINDS[name] as Kind<never>).isKept === true),
);
