import type { EventsResources } from '../events/resources.ts';
import type { IotResources } from '../iot/resources.ts';
import type { IotLogLevel } from '../iot-log.ts';
import type { FunctionDefinition, InvokePermission } from '../lambda/definition.ts';
import type { FunctionVersionResource } from '../lambda/version-keeper.ts';
import type { QueryDefinition } from '../logs/api/context.ts';
import type { LogGroupSettings } from '../logs/log-group.ts';
import type { RuleDefinition, RuleTags } from '../rules/rule-definition.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { LoggingConfiguration } from '../states/execution-log.ts';
import type { EventSourceMapping } from '../streams/event-source-mapping.ts';
import type { CodeLocation } from './code-location.ts';
import type { JsonObject } from './json.ts';

/** The parts of a stack that the laptop runtime runs, with everything resolved. */
export interface Stack {
  readonly tables: readonly TableResource[];
  readonly functions: readonly FunctionResource[];
  readonly functionVersions: readonly FunctionVersionResource[];
  readonly eventSourceMappings: readonly EventSourceMapping[];
  readonly schedules: readonly Schedule[];
  readonly events: EventsResources;
  readonly rules: readonly RuleResource[];
  readonly stateMachines: readonly StateMachineResource[];
  readonly queues: readonly QueueResource[];
  readonly buckets: readonly BucketResource[];
  readonly iotLogLevel: IotLogLevel;
  readonly iotRegistry: IotResources;
  readonly logGroups: readonly LogGroupSettings[];
  readonly queryDefinitions: readonly QueryDefinition[];
  /** Resource types without an effect on a laptop, how many of each there are, and why they are not needed. */
  readonly notRun: readonly NotRun[];
}

export interface NotRun {
  readonly type: string;
  readonly count: number;
  readonly reason: string;
}

export interface TableResource {
  readonly logicalId: string;
  readonly tableName: string;
  /** The input of DynamoDB's CreateTable, but for what has no effect on a laptop (encryption, backups, tags). */
  readonly createTable: JsonObject;
  /** The attribute of TimeToLiveSpecification, where TTL is enabled. */
  readonly ttlAttribute?: string;
}

export interface FunctionResource extends FunctionDefinition {
  readonly logicalId: string;
  /** Code from another place counts as other code, even where it is the same. */
  readonly codeLocation: CodeLocation;
  readonly permissions: readonly InvokePermission[];
}

/** Its actions are in the API's shape. */
export interface RuleResource extends RuleDefinition {
  readonly logicalId: string;
  readonly arn: string;
  readonly tags: RuleTags;
}

export interface StateMachineResource {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** Amazon States Language, its substitutions filled in. */
  readonly definition: JsonObject;
  readonly roleArn: string;
  /** In the shape of DescribeStateMachine. */
  readonly loggingConfiguration?: LoggingConfiguration;
  readonly tracingConfiguration?: JsonObject;
}

export interface QueueResource {
  readonly logicalId: string;
  readonly queueName: string;
  readonly arn: string;
  readonly url: string;
  /** As in CloudFormation. */
  readonly properties: JsonObject;
}

export interface BucketResource {
  readonly logicalId: string;
  readonly bucketName: string;
}
