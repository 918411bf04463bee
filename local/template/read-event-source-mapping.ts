import { compilePattern } from '../event-pattern/compile-pattern.ts';
import type { EventSourceMapping, StartingPosition } from '../streams/event-source-mapping.ts';
import { functionArnOf } from './function-target.ts';
import { attribute, type Fields, identityOf, type ResolvedResource } from './resolved-resource.ts';
import type { Resolver } from './resolver.ts';
import type { FunctionResource, TableResource } from './stack.ts';
import { TemplateError } from './template-error.ts';

/** What a mapping can refer to. */
export interface MappingEnds {
  readonly functions: readonly FunctionResource[];
  readonly tables: readonly TableResource[];
}

const HONOURED = [
  'BatchSize',
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'Enabled',
  'EventSourceArn',
  'FilterCriteria',
  'FunctionName',
  'FunctionResponseTypes',
  'MaximumBatchingWindowInSeconds',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'ParallelizationFactor',
  'StartingPosition',
];

const WITHOUT_EFFECT = ['KmsKeyArn', 'MetricsConfig', 'Tags'];

/** The quota of filters that AWS raises at most to. */
const MAX_FILTERS = 10;

/**
 * A mapping from the stream of a table of the template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
 */
export function readEventSourceMapping(
  resolver: Resolver,
  resource: ResolvedResource,
  ends: MappingEnds,
): EventSourceMapping {
  const { properties } = resource;
  properties.allow(HONOURED, WITHOUT_EFFECT);
  const identity = identityOf(resolver, resource);
  const onFailure = onFailureOf(properties.optionalObject('DestinationConfig'));
  refuseParallelism(properties);
  return {
    uuid: identity.name,
    arn: attribute(identity, 'EventSourceMappingArn'),
    functionArn: functionArnOf(properties, 'FunctionName', ends.functions),
    ...streamOf(resolver, properties, ends.tables),
    enabled: properties.optionalBoolean('Enabled') ?? true,
    startingPosition: startingPositionOf(properties),
    batchSize: integer(properties, 'BatchSize', { least: 1, most: 10_000, otherwise: 100 }),
    maximumBatchingWindowInSeconds: integer(properties, 'MaximumBatchingWindowInSeconds', {
      least: 0,
      most: 300,
      otherwise: 0,
    }),
    filters: filtersOf(properties.optionalObject('FilterCriteria')),
    reportBatchItemFailures: reportsFailures(properties),
    bisectBatchOnFunctionError: properties.optionalBoolean('BisectBatchOnFunctionError') ?? false,
    maximumRetryAttempts: integer(properties, 'MaximumRetryAttempts', {
      least: -1,
      most: 10_000,
      otherwise: -1,
    }),
    maximumRecordAgeInSeconds: recordAgeOf(properties),
    ...(onFailure === undefined ? {} : { onFailure }),
  };
}

function streamOf(resolver: Resolver, properties: Fields, tables: readonly TableResource[]) {
  const streamArn = properties.text('EventSourceArn');
  const path = `${properties.path}.EventSourceArn`;
  const table = tables.find(
    ({ logicalId }) => resolver.identity(logicalId, path).attributes['StreamArn'] === streamArn,
  );
  if (table !== undefined) return { streamArn, tableName: table.tableName };
  throw new TemplateError(
    path,
    `the laptop runtime reads the streams of the template's tables alone, and ${streamArn} is none`,
  );
}

function startingPositionOf(properties: Fields): StartingPosition {
  const position = properties.text('StartingPosition');
  if (position === 'TRIM_HORIZON' || position === 'LATEST') return position;
  throw new TemplateError(`${properties.path}.StartingPosition`, 'must be TRIM_HORIZON or LATEST');
}

interface Range {
  readonly least: number;
  readonly most: number;
  readonly otherwise: number;
}

function integer(properties: Fields, name: string, { least, most, otherwise }: Range): number {
  const value = properties.optionalNumber(name) ?? otherwise;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new TemplateError(`${properties.path}.${name}`, `must be a whole number from ${least} to ${most}`);
}

/** −1, or a minute and more. */
function recordAgeOf(properties: Fields): number {
  const name = 'MaximumRecordAgeInSeconds';
  const seconds = integer(properties, name, { least: -1, most: 604_800, otherwise: -1 });
  if (seconds === -1 || seconds >= 60) return seconds;
  throw new TemplateError(`${properties.path}.${name}`, 'must be -1, or a number from 60 to 604800');
}

function refuseParallelism(properties: Fields): void {
  if ((properties.optionalNumber('ParallelizationFactor') ?? 1) === 1) return;
  throw new TemplateError(
    `${properties.path}.ParallelizationFactor`,
    'the laptop runtime processes one batch of a shard at a time: leave it at 1',
  );
}

function reportsFailures(properties: Fields): boolean {
  const types = properties.optionalTexts('FunctionResponseTypes') ?? [];
  const unknown = types.find((type) => type !== 'ReportBatchItemFailures');
  if (unknown === undefined) return types.length > 0;
  throw new TemplateError(
    `${properties.path}.FunctionResponseTypes`,
    `must be ReportBatchItemFailures, not ${unknown}`,
  );
}

function onFailureOf(destinations: Fields | undefined): string | undefined {
  if (destinations === undefined) return undefined;
  destinations.allow(['OnFailure']);
  const onFailure = destinations.optionalObject('OnFailure');
  if (onFailure === undefined) return undefined;
  onFailure.allow(['Destination']);
  const destination = onFailure.text('Destination');
  if (/^arn:[^:]+:sqs:[^:]+:\d+:[\w-]+$/.test(destination)) return destination;
  throw new TemplateError(
    `${onFailure.path}.Destination`,
    `the laptop runtime tells standard SQS queues of what is given up, and ${destination} is none`,
  );
}

function filtersOf(criteria: Fields | undefined): readonly string[] {
  if (criteria === undefined) return [];
  criteria.allow(['Filters']);
  const path = `${criteria.path}.Filters`;
  const filters = criteria.objects('Filters');
  if (filters.length > MAX_FILTERS) throw new TemplateError(path, `must be ${MAX_FILTERS} filters at most`);
  return filters.map(({ Pattern: pattern }, index) => {
    if (typeof pattern !== 'string')
      throw new TemplateError(`${path}[${index}].Pattern`, 'must be JSON text');
    checkPattern(pattern, `${path}[${index}].Pattern`);
    return pattern;
  });
}

function checkPattern(pattern: string, path: string): void {
  try {
    compilePattern(pattern);
  } catch (error) {
    throw new TemplateError(path, error instanceof Error ? error.message : String(error));
  }
}
