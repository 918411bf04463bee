import type { EventsResources } from '../events/rule.ts';
import type { IotLogLevel } from '../iot/iot-log.ts';
import type { IotPolicyResource } from '../iot/policies.ts';
import type { FunctionCode, FunctionDefinition, InvokePermission } from '../lambda/definition.ts';
import type { QueryDefinition } from '../logs/api/operation.ts';
import type { LogGroupSettings } from '../logs/log-group.ts';
import type { RuleDefinition } from '../rules/compile-rule.ts';
import type { Schedule } from '../schedules/schedules.ts';
import type { LoggingConfiguration } from '../states/execution-log.ts';
import type { StreamMapping } from '../streams/read-mapping.ts';
import type { Fields } from './resolved-resource.ts';
import { type JsonObject, TemplateError } from './template.ts';

/** The parts of a stack that the laptop runtime runs, with everything resolved. */
export interface Stack {
  readonly tables: readonly TableResource[];
  readonly functions: readonly FunctionResource[];
  readonly eventSourceMappings: readonly StreamMapping[];
  readonly schedules: readonly Schedule[];
  readonly events: EventsResources;
  readonly rules: readonly RuleResource[];
  readonly stateMachines: readonly StateMachineResource[];
  readonly queues: readonly QueueResource[];
  readonly buckets: readonly BucketResource[];
  readonly iotLogLevel: IotLogLevel;
  readonly policies: readonly IotPolicyResource[];
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

type Names = Readonly<Record<string, string>>;

/** The names of `.local/stack.json`: by a key made of the logical id, what others call the resource by. */
export interface StackNames {
  /** Table names. */
  readonly tables: Names;
  /** ARNs. */
  readonly stateMachines: Names;
  /** Function names. */
  readonly functions: Names;
  /** URLs. */
  readonly queues: Names;
  /** Bucket names. */
  readonly buckets: Names;
  /** Names of AWS IoT policies. */
  readonly policies: Names;
  /** Names of EventBridge's buses. */
  readonly eventBuses: Names;
}

/** Names a stack's resources by their logical ids: `DevicesTable` is `tables.devices`. */
export function stackNames(stack: Stack): StackNames {
  return {
    tables: collect(stack.tables, 'Table', ({ tableName }) => tableName),
    stateMachines: collect(stack.stateMachines, 'StateMachine', ({ arn }) => arn),
    functions: collect(stack.functions, 'LambdaFunction', ({ functionName }) => functionName),
    queues: collect(stack.queues, 'Queue', ({ url }) => url),
    buckets: collect(stack.buckets, 'Bucket', ({ bucketName }) => bucketName),
    policies: collect(stack.policies, 'Policy', ({ policyName }) => policyName),
    eventBuses: collect(stack.events.eventBuses, 'EventBus', ({ name }) => name),
  };
}

function collect<T extends { readonly logicalId: string }>(
  resources: readonly T[],
  suffix: string,
  nameOf: (resource: T) => string,
): Names {
  return Object.fromEntries(
    resources.map((resource) => [contractKey(resource.logicalId, suffix), nameOf(resource)]),
  );
}

/** The logical id without the suffix of its type, its first letter lower-case. */
function contractKey(logicalId: string, suffix: string): string {
  const isSuffixed = logicalId.endsWith(suffix) && logicalId.length > suffix.length;
  const stem = isSuffixed ? logicalId.slice(0, -suffix.length) : logicalId;
  return `${stem.charAt(0).toLowerCase()}${stem.slice(1)}`;
}

/** Where the code of a function or a layer comes from: an archive in S3, or the text of its one file. */
export type CodeLocation =
  | { readonly bucketName: string; readonly key: string }
  | { readonly zipFile: string };

/** Where code was unzipped to. */
export interface UnzippedCode {
  /** The directory of a function's or a layer's code. */
  codeDirOf(code: CodeLocation): string;
  /** What is known of the archive that it comes from. */
  archiveOf?(code: CodeLocation): FunctionCode | undefined;
}

/**
 * Reads the property that says so.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
 */
export function codeLocationOf(code: Fields): CodeLocation {
  code.allow(['S3Bucket', 'S3Key', 'ZipFile'], ['SourceKMSKeyArn']);
  const zipFile = code.optionalText('ZipFile');
  if (zipFile === undefined) return { bucketName: code.text('S3Bucket'), key: code.text('S3Key') };
  if (code.optionalText('S3Key') === undefined) return { zipFile };
  throw new TemplateError(code.path, 'takes an archive in S3 or a ZipFile, not both');
}
