import type { Json, JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import type { StateVisit } from '../state-visit.ts';
import { runtimeError, StatesError } from '../states-error.ts';
import { metadataOf } from './http-metadata.ts';
import { withJsonTexts, withOwnResources } from './json-fields.ts';
import { invokeLambda } from './lambda-invoke.ts';
import { OPTIMIZED, type OptimizedIntegration } from './optimized.ts';
import type { ServiceResource } from './resource.ts';
import { SDK_SERVICES, sdkOperation } from './sdk-services.ts';
import { fieldProblems } from './sdk-shapes.ts';
import type { ServiceAnswer } from './service-calls.ts';
import { optimizedFailure, ServiceFailure, sdkFailure } from './service-failure.ts';

/** Calls what a task is to call, and gives its answer. Throws `StatesError`. */
export type ServiceCaller = (visit: StateVisit, args: JsonObject) => Promise<JsonObject>;

/** What calls the API of a resource that `resourceRefusal` has nothing against. */
export function serviceCaller(resource: ServiceResource): ServiceCaller {
  if (resource.isSdk) return sdkCaller(resource);
  return resource.service === 'lambda' ? invokeLambda : optimizedCaller(resource);
}

/** What is wrong with a task's arguments, in AWS's words. */
export function argumentProblems(resource: ServiceResource, args: Json): readonly string[] {
  if (!isJsonObject(args)) return ['The arguments must be a JSON object'];
  if (resource.isSdk) {
    const operation = sdkOperation(resource.service, resource.action);
    return operation === undefined ? [] : fieldProblems(operation.input, args);
  }
  const { fields, required } = integrationOf(resource);
  return [
    ...Object.keys(args)
      .filter((field) => !fields.includes(field))
      .map((field) => `The field '${field}' is not supported by Step Functions`),
    ...required
      .filter((field) => !Object.hasOwn(args, field))
      .map((field) => `The field '${field}' is required but was missing`),
  ];
}

/** A task's arguments as its resource takes them. Throws `States.Runtime` for those that it does not. */
export function checkedArguments(resource: ServiceResource, args: Json): JsonObject {
  const problems = argumentProblems(resource, args);
  if (problems.length > 0 || !isJsonObject(args)) throw unusable(args, problems);
  return args;
}

function sdkCaller({ service, action }: ServiceResource): ServiceCaller {
  const prefix = SDK_SERVICES.get(service)?.errorPrefix ?? service;
  return async (visit, args) => {
    try {
      const { output } = await visit.chain.run.runtime.services.call(service, action, args);
      return output;
    } catch (thrown) {
      throw thrown instanceof ServiceFailure ? sdkFailure(thrown, prefix) : unusableFor(thrown, args);
    }
  };
}

function optimizedCaller(resource: ServiceResource): ServiceCaller {
  const { jsonFields, sdkService = resource.service, failures, ...integration } = integrationOf(resource);
  return async (visit, args) => {
    const { run } = visit.chain;
    const texts = withJsonTexts(args, jsonFields);
    const input =
      resource.service === 'events' ? withOwnResources(texts, [run.machine.arn, run.executionArn]) : texts;
    const answer = await run.runtime.services.call(sdkService, resource.action, input).catch((thrown) => {
      throw thrown instanceof ServiceFailure ? optimizedFailure(thrown, failures) : unusableFor(thrown, args);
    });
    return optimizedAnswer(resource, integration.hasMetadata, answer);
  };
}

function optimizedAnswer(
  { service }: ServiceResource,
  hasMetadata: boolean,
  { output, http }: ServiceAnswer,
): JsonObject {
  if (service === 'events') requireAllEntries(output);
  const told = service === 'states' ? withEpochMs(output) : output;
  return hasMetadata ? { ...told, ...metadataOf(http) } : told;
}

function integrationOf({ service, action }: ServiceResource): OptimizedIntegration {
  const integration = OPTIMIZED.get(`${service}:${action}`);
  if (integration === undefined) throw new TypeError(`There is no integration ${service}:${action}.`);
  return integration;
}

/** A failed entry fails the task. https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html */
function requireAllEntries(output: JsonObject): void {
  const { FailedEntryCount } = output;
  if (typeof FailedEntryCount === 'number' && FailedEntryCount > 0) {
    throw new StatesError('EventBridge.FailedEntry', JSON.stringify(output));
  }
}

/** The integration with Step Functions itself has times in milliseconds since the epoch. */
function withEpochMs(output: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(output).map(([field, value]) => [
      field,
      field.endsWith('Date') && typeof value === 'string' ? Date.parse(value) : value,
    ]),
  );
}

function unusableFor(thrown: unknown, args: Json): unknown {
  return thrown instanceof TypeError ? unusable(args, [thrown.message]) : thrown;
}

function unusable(args: Json, problems: readonly string[]): StatesError {
  return runtimeError(
    `The Parameters '${JSON.stringify(args)}' could not be used to start the Task: [${problems.join(', ')}]`,
  );
}
