import type { InvokePermission } from '../lambda/definition.ts';
import type { UnzippedCode } from './code-location.ts';
import { createResolver, isPresent } from './create-resolver.ts';
import type { StackEnvironment } from './environment.ts';
import { listNotRun } from './not-run.ts';
import { readEventSourceMapping } from './read-event-source-mapping.ts';
import { readEvents } from './read-events.ts';
import {
  type FunctionExtras,
  readEventInvokeConfig,
  readFunction,
  readLayer,
  readPermission,
} from './read-function.ts';
import { readFunctionVersion } from './read-function-version.ts';
import { readIotLogging } from './read-iot-logging.ts';
import { readIotRegistry } from './read-iot-registry.ts';
import { readLogGroup, readQueryDefinition } from './read-logs.ts';
import { readRule } from './read-rule.ts';
import { readSchedule } from './read-schedule.ts';
import { readStateMachine } from './read-state-machine.ts';
import { readBucket, readQueue } from './read-storage.ts';
import { readTable } from './read-table.ts';
import { type ResolvedResource, resolveResource } from './resolved-resource.ts';
import type { Resolver } from './resolver.ts';
import type { Stack } from './stack.ts';
import { parseTemplate, type TemplateResource } from './template.ts';

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
    functionVersions: ofType('AWS::Lambda::Version').map((resource) =>
      readFunctionVersion(resolver, resource),
    ),
    eventSourceMappings: ofType('AWS::Lambda::EventSourceMapping').map((resource) =>
      readEventSourceMapping(resolver, resource, { functions, tables, queues }),
    ),
    schedules: ofType('AWS::Scheduler::Schedule').map((resource) =>
      readSchedule(resolver, resource, functions),
    ),
    events: readEvents(resolver, ofType, { functions, queues, stateMachines, logGroups }),
    rules: ofType('AWS::IoT::TopicRule').map((resource) => readRule(resolver, resource)),
    stateMachines,
    queues,
    buckets: ofType('AWS::S3::Bucket').map((resource) => readBucket(resolver, resource)),
    iotRegistry: readIotRegistry(resolver, ofType),
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
