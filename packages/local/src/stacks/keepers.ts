import type { ArchiveResource, EventBusResource, RuleResource as EventRuleResource } from '../events/rule.ts';
import type {
  IotPolicyResource,
  IotThingGroupResource,
  IotThingResource,
  IotThingTypeResource,
} from '../iot/resources.ts';
import type { IotLogLevel } from '../iot-log.ts';
import type { FunctionVersionResource } from '../lambda/version-keeper.ts';
import type { QueryDefinition } from '../logs/api/context.ts';
import type { LogGroupSettings } from '../logs/log-group.ts';
import type { ResourceKeeper } from '../resource-keeper.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { EventSourceMapping } from '../streams/event-source-mapping.ts';
import type {
  BucketResource,
  FunctionResource,
  QueueResource,
  RuleResource,
  Stack,
  StateMachineResource,
  TableResource,
} from '../template/stack.ts';

/** The kinds of resources that a stack is made of. */
export interface StackResources {
  readonly tables: TableResource;
  readonly queues: QueueResource;
  readonly buckets: BucketResource;
  readonly logGroups: LogGroupSettings;
  readonly queryDefinitions: QueryDefinition;
  readonly functions: FunctionResource;
  readonly stateMachines: StateMachineResource;
  readonly eventSourceMappings: EventSourceMapping;
  readonly eventBuses: EventBusResource;
  readonly eventRules: EventRuleResource;
  readonly eventArchives: ArchiveResource;
  readonly iotLogging: IotLogLevel;
  readonly thingTypes: IotThingTypeResource;
  readonly thingGroups: IotThingGroupResource;
  readonly things: IotThingResource;
  readonly policies: IotPolicyResource;
  readonly topicRules: RuleResource;
  readonly schedules: Schedule;
  readonly functionVersions: FunctionVersionResource;
}

export type ResourceKind = keyof StackResources;

/** What makes, changes and removes the resources of each kind. */
export type StackKeepers = { readonly [K in ResourceKind]: ResourceKeeper<StackResources[K]> };

/** The resources of a stack, by their kinds: each kind may refer to those before. */
export function resourcesOf(stack: Stack): {
  readonly [K in ResourceKind]: readonly StackResources[K][];
} {
  return {
    tables: stack.tables,
    queues: stack.queues,
    buckets: stack.buckets,
    logGroups: stack.logGroups,
    queryDefinitions: stack.queryDefinitions,
    functions: stack.functions,
    stateMachines: stack.stateMachines,
    eventSourceMappings: stack.eventSourceMappings,
    eventBuses: stack.events.eventBuses,
    eventRules: stack.events.rules,
    eventArchives: stack.events.archives,
    iotLogging: stack.iotLogLevel === 'DISABLED' ? [] : [stack.iotLogLevel],
    ...stack.iotRegistry,
    topicRules: stack.rules,
    schedules: stack.schedules,
    functionVersions: stack.functionVersions,
  };
}

/** What a resource is called among those of its kind in an account and Region. */
export const RESOURCE_NAMES: { readonly [K in ResourceKind]: (resource: StackResources[K]) => string } = {
  tables: ({ tableName }) => tableName,
  queues: ({ queueName }) => queueName,
  buckets: ({ bucketName }) => bucketName,
  logGroups: ({ logGroupName }) => logGroupName,
  queryDefinitions: ({ queryDefinitionId }) => queryDefinitionId,
  functions: ({ functionName }) => functionName,
  stateMachines: ({ name }) => name,
  eventSourceMappings: ({ uuid }) => uuid,
  eventBuses: ({ name }) => name,
  eventRules: ({ eventBusName, name }) => `${eventBusName}|${name}`,
  eventArchives: ({ archiveName }) => archiveName,
  iotLogging: () => 'account',
  thingTypes: ({ thingTypeName }) => thingTypeName,
  thingGroups: ({ thingGroupName }) => thingGroupName,
  things: ({ thingName }) => thingName,
  policies: ({ policyName }) => policyName,
  topicRules: ({ ruleName }) => ruleName,
  schedules: ({ arn }) => arn,
  functionVersions: ({ arn }) => arn,
};
