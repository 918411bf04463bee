import type { LoggingConfiguration } from '../states/execution-log.ts';
import { attribute, type Fields, identityOf, type ResolvedResource } from './resolved-resource.ts';
import type { Resolver } from './resolver.ts';
import type { StateMachineResource } from './stack.ts';
import { isObject, type Json, type JsonObject, TemplateError } from './template.ts';

const LOG_LEVELS = ['ALL', 'ERROR', 'FATAL', 'OFF'] as const;

/** `${Name}`: letters, digits and underscores, as DefinitionSubstitutions' keys are. JSONata has no such text. */
const PLACEHOLDER = /\$\{(\w+)\}/g;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html */
export function readStateMachine(resolver: Resolver, resource: ResolvedResource): StateMachineResource {
  const { logicalId, properties } = resource;
  properties.allow(
    [
      'Definition',
      'DefinitionString',
      'DefinitionSubstitutions',
      'LoggingConfiguration',
      'RoleArn',
      'StateMachineName',
      'StateMachineType',
      'TracingConfiguration',
    ],
    ['EncryptionConfiguration', 'Tags'],
  );
  const identity = identityOf(resolver, resource);
  const logging = properties.optionalObject('LoggingConfiguration');
  const tracing = properties.optionalObject('TracingConfiguration');
  return {
    logicalId,
    name: identity.name,
    arn: attribute(identity, 'Arn'),
    type: typeOf(properties),
    definition: definitionOf(properties),
    roleArn: properties.text('RoleArn'),
    ...(logging === undefined ? {} : { loggingConfiguration: loggingOf(logging) }),
    ...(tracing === undefined ? {} : { tracingConfiguration: lowerCamel(tracing.json) }),
  };
}

function typeOf(properties: Fields): StateMachineResource['type'] {
  const type = properties.optionalText('StateMachineType') ?? 'STANDARD';
  if (type === 'STANDARD' || type === 'EXPRESS') return type;
  throw new TemplateError(`${properties.path}.StateMachineType`, `must be STANDARD or EXPRESS, not ${type}`);
}

function definitionOf(properties: Fields): JsonObject {
  const substitutions = properties.optionalObject('DefinitionSubstitutions')?.json ?? {};
  const text = properties.optionalText('DefinitionString');
  if (text === undefined) {
    const definition = properties.object('Definition');
    return substituteObject(definition.json, substitutions, definition.path);
  }
  const path = `${properties.path}.DefinitionString`;
  const definition = parse(substituteText(text, substitutions, path), path);
  if (!isObject(definition)) throw new TemplateError(path, 'must be a JSON object');
  return definition;
}

function parse(text: string, path: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TemplateError(path, `is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}

function substituteText(text: string, substitutions: JsonObject, path: string): string {
  return text.replace(PLACEHOLDER, (_placeholder, name: string) => {
    const value = substitutions[name];
    if (value === undefined || value === null || typeof value === 'object') {
      throw new TemplateError(path, `DefinitionSubstitutions has no text for ${name}`);
    }
    return String(value);
  });
}

function substituteValue(value: Json, substitutions: JsonObject, path: string): Json {
  if (typeof value === 'string') return substituteText(value, substitutions, path);
  if (Array.isArray(value)) {
    return value.map((one: Json, index) => substituteValue(one, substitutions, `${path}[${index}]`));
  }
  return isObject(value) ? substituteObject(value, substitutions, path) : value;
}

function substituteObject(object: JsonObject, substitutions: JsonObject, path: string): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [
      key,
      substituteValue(value, substitutions, `${path}.${key}`),
    ]),
  );
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-stepfunctions-statemachine-loggingconfiguration.html */
function loggingOf(logging: Fields): LoggingConfiguration {
  logging.allow(['Destinations', 'IncludeExecutionData', 'Level']);
  const level = logging.optionalText('Level');
  const known = LOG_LEVELS.find((candidate) => candidate === level);
  if (level !== undefined && known === undefined) {
    throw new TemplateError(`${logging.path}.Level`, `must be one of ${LOG_LEVELS.join(', ')}, not ${level}`);
  }
  return {
    ...lowerCamel(logging.json),
    ...(known === undefined ? {} : { level: known }),
    includeExecutionData: logging.optionalBoolean('IncludeExecutionData') ?? false,
  };
}

/** CloudFormation's capitalised keys as the API has them. */
function lowerCamel(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [
      `${key.charAt(0).toLowerCase()}${key.slice(1)}`,
      lowerCamelValue(value),
    ]),
  );
}

function lowerCamelValue(value: Json): Json {
  if (Array.isArray(value)) return value.map(lowerCamelValue);
  return isObject(value) ? lowerCamel(value) : value;
}
