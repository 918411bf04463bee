import { AwsError } from '../aws.ts';
import {
  type AsynchronousSettings,
  defaultAsynchronousSettings,
  type InvokePermission,
  type LayerDefinition,
} from '../lambda/definition.ts';
import { Members } from '../protocol/members.ts';
import { type MappingEnds, readMapping, type StreamMapping } from '../streams/read-mapping.ts';
import { functionArnOf } from './read-events.ts';
import { readLoggingConfig } from './read-storage.ts';
import { attribute, type Fields, identityOf, type ResolvedResource } from './resolved-resource.ts';
import type { Resolver } from './resolver.ts';
import {
  type CodeLocation,
  codeLocationOf,
  type FunctionResource,
  type TableResource,
  type UnzippedCode,
} from './stack.ts';
import { TemplateError } from './template.ts';

/** What belongs to functions, but stands in resources of its own; keyed by the function's name. */
export interface FunctionExtras {
  readonly async: ReadonlyMap<string, AsynchronousSettings>;
  readonly permissions: ReadonlyMap<string, readonly InvokePermission[]>;
  readonly layers: readonly LayerDefinition[];
}

const HONOURED = [
  'Code',
  'Description',
  'Environment',
  'FunctionName',
  'Handler',
  'Layers',
  'LoggingConfig',
  'MemorySize',
  'ReservedConcurrentExecutions',
  'Role',
  'Runtime',
  'Timeout',
  'VpcConfig',
];

/** What has no effect here, but that GetFunction tells. */
const TOLD = ['Description', 'Role', 'VpcConfig'];

const WITHOUT_EFFECT = [
  'Architectures',
  'EphemeralStorage',
  'KmsKeyArn',
  'RecursiveLoop',
  'RuntimeManagementConfig',
  'Tags',
  'TracingConfig',
];

const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;

/**
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
 */
export function readFunction(
  resolver: Resolver,
  resource: ResolvedResource,
  extras: FunctionExtras,
  unzipped: UnzippedCode,
): FunctionResource {
  const { logicalId, properties } = resource;
  properties.allow(HONOURED, WITHOUT_EFFECT);
  const identity = identityOf(resolver, resource);
  const reservedConcurrency = properties.optionalNumber('ReservedConcurrentExecutions');
  const logging = properties.optionalObject('LoggingConfig');
  const async = extras.async.get(identity.name);
  const codeLocation = codeLocationOf(properties.object('Code'));
  const code = unzipped.archiveOf?.(codeLocation);
  return {
    logicalId,
    functionName: identity.name,
    arn: attribute(identity, 'Arn'),
    handler: properties.text('Handler'),
    codeLocation,
    codeDir: unzipped.codeDirOf(codeLocation),
    layers: layersOf(properties, extras.layers),
    environment: environmentOf(properties.optionalObject('Environment')),
    timeoutMs: (properties.optionalNumber('Timeout') ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
    memoryMb: properties.optionalNumber('MemorySize') ?? DEFAULT_MEMORY_MB,
    runtime: properties.text('Runtime'),
    permissions: extras.permissions.get(identity.name) ?? [],
    told: toldOf(properties),
    ...(code === undefined ? {} : { code }),
    ...(async === undefined ? {} : { async }),
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
    ...(logging === undefined ? {} : { logging: readLoggingConfig(logging, identity.name) }),
  };
}

function toldOf({ json }: Fields): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    TOLD.filter((name) => json[name] !== undefined).map((name) => [name, json[name]]),
  );
}

function layersOf(properties: Fields, layers: readonly LayerDefinition[]): readonly LayerDefinition[] {
  return (properties.optionalTexts('Layers') ?? []).map((arn) => {
    const layer = layers.find((candidate) => candidate.arn === arn);
    if (layer !== undefined) return layer;
    throw new TemplateError(
      `${properties.path}.Layers`,
      `the laptop runtime has the template's own layers alone, and ${arn} is none`,
    );
  });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-layerversion.html */
export function readLayer(
  resolver: Resolver,
  resource: ResolvedResource,
  codeDirOf: (code: CodeLocation) => string,
): LayerDefinition {
  const { properties } = resource;
  properties.allow(
    ['Content', 'LayerName'],
    ['CompatibleArchitectures', 'CompatibleRuntimes', 'Description', 'LicenseInfo'],
  );
  return {
    arn: identityOf(resolver, resource).ref,
    directory: codeDirOf(codeLocationOf(properties.object('Content'))),
  };
}

function environmentOf(environment: Fields | undefined): Readonly<Record<string, string>> {
  const variables = environment?.optionalObject('Variables');
  if (variables === undefined) return {};
  // CloudFormation takes numbers and booleans too; a function sees text.
  return Object.fromEntries(
    Object.entries(variables.json).map(([name, value]) => {
      if (typeof value === 'object') throw new TemplateError(`${variables.path}.${name}`, 'must be text');
      return [name, String(value)];
    }),
  );
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html */
export function readEventInvokeConfig({
  properties,
}: ResolvedResource): readonly [string, AsynchronousSettings] {
  properties.allow([
    'DestinationConfig',
    'FunctionName',
    'MaximumEventAgeInSeconds',
    'MaximumRetryAttempts',
    'Qualifier',
  ]);
  if (properties.text('Qualifier') !== '$LATEST') {
    throw new TemplateError(
      `${properties.path}.Qualifier`,
      'the laptop runtime has no versions or aliases: use $LATEST',
    );
  }
  const destinations = properties.optionalObject('DestinationConfig');
  destinations?.allow(['OnFailure']);
  const onFailure = destinations?.optionalObject('OnFailure')?.text('Destination');
  const async: AsynchronousSettings = {
    maximumRetryAttempts:
      properties.optionalNumber('MaximumRetryAttempts') ?? defaultAsynchronousSettings.maximumRetryAttempts,
    maximumEventAgeSeconds:
      properties.optionalNumber('MaximumEventAgeInSeconds') ??
      defaultAsynchronousSettings.maximumEventAgeSeconds,
    ...(onFailure === undefined ? {} : { onFailure }),
  };
  return [functionNameOf(properties), async];
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html */
export function readPermission({ properties }: ResolvedResource): readonly [string, InvokePermission] {
  properties.allow(['Action', 'FunctionName', 'Principal', 'SourceAccount', 'SourceArn']);
  const action = properties.text('Action');
  if (action !== 'lambda:InvokeFunction' && action !== 'lambda:*') {
    throw new TemplateError(
      `${properties.path}.Action`,
      `the laptop runtime does not know the permission ${action}`,
    );
  }
  const sourceArn = properties.optionalText('SourceArn');
  const sourceAccount = properties.optionalText('SourceAccount');
  const permission: InvokePermission = {
    principal: properties.text('Principal'),
    ...(sourceArn === undefined ? {} : { sourceArn }),
    ...(sourceAccount === undefined ? {} : { sourceAccount }),
  };
  return [functionNameOf(properties), permission];
}

/** From a name or an unqualified ARN. */
function functionNameOf(properties: Fields): string {
  const reference = properties.text('FunctionName');
  const [name, qualifier] = reference.startsWith('arn:')
    ? reference.split(':').slice(6)
    : reference.split(':');
  if (name === undefined || qualifier !== undefined) {
    throw new TemplateError(
      `${properties.path}.FunctionName`,
      `${reference} is not a function's name or unqualified ARN`,
    );
  }
  return name;
}

/** What a mapping can refer to. */
interface MappingResources {
  readonly functions: readonly FunctionResource[];
  readonly tables: readonly TableResource[];
}

/**
 * A mapping from the stream of a table of the template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
 */
export function readEventSourceMapping(
  resolver: Resolver,
  resource: ResolvedResource,
  resources: MappingResources,
): StreamMapping {
  const { properties } = resource;
  const identity = identityOf(resolver, resource);
  const ends = {
    uuid: identity.name,
    arn: attribute(identity, 'EventSourceMappingArn'),
    functionArn: functionArnOf(properties, 'FunctionName', resources.functions),
    ...sourceOf(resolver, properties, resources),
  };
  try {
    return readMapping(new Members(properties.json), ends);
  } catch (error) {
    if (error instanceof AwsError) throw new TemplateError(properties.path, error.message);
    throw error;
  }
}

function sourceOf(
  resolver: Resolver,
  properties: Fields,
  { tables }: MappingResources,
): Pick<MappingEnds, 'streamArn' | 'tableName'> {
  const sourceArn = properties.text('EventSourceArn');
  const path = `${properties.path}.EventSourceArn`;
  const table = tables.find(
    ({ logicalId }) => resolver.identity(logicalId, path).attributes['StreamArn'] === sourceArn,
  );
  if (table !== undefined) return { streamArn: sourceArn, tableName: table.tableName };
  throw new TemplateError(
    path,
    `the laptop runtime reads the streams of the template's tables alone, and ${sourceArn} is none`,
  );
}
