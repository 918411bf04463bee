import type { InvokePermission } from '../lambda/definition.ts';
import { readEvents, readSchedule } from './read-events.ts';
import {
  type FunctionExtras,
  readEventInvokeConfig,
  readEventSourceMapping,
  readFunction,
  readLayer,
  readPermission,
} from './read-functions.ts';
import { readIotLogging, readPolicy, readRule } from './read-iot.ts';
import { readStateMachine } from './read-state-machine.ts';
import { readBucket, readLogGroup, readQueryDefinition, readQueue, readTable } from './read-storage.ts';
import { createResolver, isPresent, type ResolvedResource, resolveResource } from './resolved-resource.ts';
import type { Resolver, StackEnvironment } from './resolver.ts';
import { RESOURCE_KINDS } from './resource-kinds.ts';
import type { NotRun, Stack, UnzippedCode } from './stack.ts';
import { isObject, type Json, parseTemplate, TemplateError, type TemplateResource } from './template.ts';

/** Resource types that change nothing for what runs on a laptop, and why. */
export const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  'AWS::CDK::Metadata': 'says something about the template alone',
  'AWS::CloudWatch::Alarm': 'nothing is monitored',
  'AWS::CloudWatch::Dashboard': 'nothing is monitored',
  'AWS::EC2::RouteTable': 'functions use the network of this machine',
  'AWS::EC2::SecurityGroup': 'functions use the network of this machine',
  'AWS::EC2::SecurityGroupEgress': 'functions use the network of this machine',
  'AWS::EC2::SecurityGroupIngress': 'functions use the network of this machine',
  'AWS::EC2::Subnet': 'functions use the network of this machine',
  'AWS::EC2::SubnetRouteTableAssociation': 'functions use the network of this machine',
  'AWS::EC2::VPC': 'functions use the network of this machine',
  'AWS::EC2::VPCEndpoint': 'functions use the network of this machine',
  'AWS::Events::EventBusPolicy': 'permissions are not enforced',
  'AWS::IAM::ManagedPolicy': 'permissions are not enforced',
  'AWS::IAM::Policy': 'permissions are not enforced',
  'AWS::IAM::Role': 'permissions are not enforced',
  'AWS::KMS::Alias': 'nothing is encrypted',
  'AWS::KMS::Key': 'nothing is encrypted',
  'AWS::Lambda::Version': 'functions run as they were deployed last',
  'AWS::Logs::MetricFilter': 'nothing is monitored',
  'AWS::Logs::ResourcePolicy': 'permissions are not enforced',
  'AWS::Route53::HostedZone': 'functions use the network of this machine',
  'AWS::Route53::RecordSet': 'functions use the network of this machine',
  'AWS::S3::BucketPolicy': 'permissions are not enforced',
  'AWS::SNS::Subscription': 'nothing is monitored',
  'AWS::SNS::Topic': 'nothing is monitored',
  'AWS::SNS::TopicInlinePolicy': 'permissions are not enforced',
  'AWS::SNS::TopicPolicy': 'permissions are not enforced',
  'AWS::SQS::QueuePolicy': 'permissions are not enforced',
};

/** Resource types that the runtime runs, or reads as part of what it runs. */
const RUN: ReadonlySet<string> = new Set([
  ...Object.values(RESOURCE_KINDS).map(({ type }) => type),
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::LayerVersion',
  'AWS::Lambda::Permission',
]);

/** Whether a resource of that type changes nothing for what runs on a laptop. */
export const isWithoutEffect = (type: string): boolean => Object.hasOwn(WITHOUT_EFFECT, type);

/**
 * Sums up the resources that do not run here. Throws {@link TemplateError} for a type that is neither run nor
 * known to have no effect: without it, the service would do something else than on AWS.
 */
function listNotRun(present: readonly TemplateResource[]): readonly NotRun[] {
  const reasons = new Map<string, NotRun>();
  for (const resource of present) {
    const reason = reasonNotRun(resource);
    if (reason === undefined) continue;
    const [type, why] = reason;
    reasons.set(type, { type, count: (reasons.get(type)?.count ?? 0) + 1, reason: why });
  }
  return [...reasons.values()].sort((one, other) => one.type.localeCompare(other.type));
}

/** One line a reason, each with the types that it holds for, the most frequent first. */
export function describeNotRun(notRun: readonly NotRun[]): readonly string[] {
  const byReason = Object.entries(Object.groupBy(notRun, ({ reason }) => reason));
  return byReason.map(([reason, group = []]) => {
    const types = group.toSorted((one, other) => other.count - one.count);
    return `${reason}: ${types.map(({ type, count }) => `${count} ${type}`).join(', ')}`;
  });
}

function reasonNotRun({
  logicalId,
  type,
}: TemplateResource): readonly [type: string, reason: string] | undefined {
  if (RUN.has(type)) return undefined;
  const reason = WITHOUT_EFFECT[type];
  if (reason !== undefined) return [type, reason];
  throw new TemplateError(
    `Resources.${logicalId}`,
    `the laptop runtime cannot run a resource of the type ${type}, and without it the service would not do what it does on AWS`,
  );
}

/**
 * Reads a packaged CloudFormation template (JSON): what of it runs on a laptop, with every name, ARN and URL
 * resolved, and what does not. Throws `TemplateError`, saying where, for what it cannot resolve and for what it
 * would run otherwise than AWS does.
 */
export function readStack(templateText: string, environment: StackEnvironment, code: UnzippedCode): Stack {
  const template = parseTemplate(templateText);
  const resolver = createResolver(template, environment);
  const present = [...template.resources.values()].filter((resource) => isPresent(resolver, resource));
  const notRun = listNotRun(present);
  const ofType = (type: string) => resourcesOfType(resolver, present, type);
  const layers = ofType('AWS::Lambda::LayerVersion').map((resource) =>
    readLayer(resolver, resource, code.codeDirOf),
  );
  const extras = { ...readFunctionExtras(ofType), layers };
  const tables = ofType('AWS::DynamoDB::Table').map((resource) => readTable(resolver, resource));
  const functions = ofType('AWS::Lambda::Function').map((resource) =>
    readFunction(resolver, resource, extras, code),
  );
  const queues = ofType('AWS::SQS::Queue').map((resource) => readQueue(resolver, resource));
  const stateMachines = ofType('AWS::StepFunctions::StateMachine').map((resource) =>
    readStateMachine(resolver, resource),
  );
  const logGroups = ofType('AWS::Logs::LogGroup').map((resource) => readLogGroup(resolver, resource));
  return {
    tables,
    functions,
    eventSourceMappings: ofType('AWS::Lambda::EventSourceMapping').map((resource) =>
      readEventSourceMapping(resolver, resource, { functions, tables }),
    ),
    schedules: ofType('AWS::Scheduler::Schedule').map((resource) =>
      readSchedule(resolver, resource, functions),
    ),
    events: readEvents(resolver, ofType, { functions, queues, stateMachines, logGroups }),
    rules: ofType('AWS::IoT::TopicRule').map((resource) => readRule(resolver, resource)),
    stateMachines,
    queues,
    buckets: ofType('AWS::S3::Bucket').map((resource) => readBucket(resolver, resource)),
    policies: ofType('AWS::IoT::Policy').map((resource) => readPolicy(resolver, resource)),
    iotLogLevel: readIotLogging(ofType('AWS::IoT::Logging'), environment.accountId),
    logGroups,
    queryDefinitions: ofType('AWS::Logs::QueryDefinition').map((resource) =>
      readQueryDefinition(resolver, resource),
    ),
    notRun,
  };
}

function resourcesOfType(
  resolver: Resolver,
  resources: readonly TemplateResource[],
  type: string,
): readonly ResolvedResource[] {
  return resources
    .filter((resource) => resource.type === type)
    .map((resource) => resolveResource(resolver, resource));
}

function readFunctionExtras(
  ofType: (type: string) => readonly ResolvedResource[],
): Omit<FunctionExtras, 'layers'> {
  const permissions = new Map<string, InvokePermission[]>();
  for (const [functionName, permission] of ofType('AWS::Lambda::Permission').map(readPermission)) {
    permissions.set(functionName, [...(permissions.get(functionName) ?? []), permission]);
  }
  return { async: new Map(ofType('AWS::Lambda::EventInvokeConfig').map(readEventInvokeConfig)), permissions };
}

/** An output of a template, resolved. */
export interface Output {
  readonly outputKey: string;
  readonly outputValue: string;
  readonly description?: string;
  readonly exportName?: string;
}

/**
 * Reads the outputs whose conditions hold. Throws {@link TemplateError}.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html
 */
export function readOutputs(resolver: Resolver): readonly Output[] {
  return Object.entries(resolver.template.outputs).flatMap(([outputKey, output]) => {
    const path = `Outputs.${outputKey}`;
    if (!isObject(output)) throw new TemplateError(path, 'must be an object');
    const { Condition: condition, Description: description, Export: exported, Value: value } = output;
    if (typeof condition === 'string' && !resolver.condition(condition, `${path}.Condition`)) return [];
    if (value === undefined) throw new TemplateError(path, 'has no Value');
    return [
      {
        outputKey,
        outputValue: textOf(resolver, value, `${path}.Value`),
        ...(typeof description === 'string' && { description }),
        ...(isObject(exported) && {
          exportName: textOf(resolver, exported['Name'] ?? null, `${path}.Export.Name`),
        }),
      },
    ];
  });
}

function textOf(resolver: Resolver, value: Json, path: string): string {
  const resolved = resolver.resolve(value, path);
  if (typeof resolved === 'string') return resolved;
  if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
  throw new TemplateError(path, 'must be text here');
}

/** What outputs export: values by their names. */
export function exportsOf(outputs: readonly Output[]): ReadonlyMap<string, string> {
  return new Map(
    outputs.flatMap(({ exportName, outputValue }) =>
      exportName === undefined ? [] : [[exportName, outputValue]],
    ),
  );
}
