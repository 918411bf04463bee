import { type ApplicationLogLevel, defaultLogging, type FunctionLogging } from '../lambda/definition.ts';
import type { QueryDefinition } from '../logs/api/operation.ts';
import { parseQuery } from '../logs/insights/parse-query.ts';
import type { LogGroupSettings } from '../logs/log-group.ts';
import { attribute, type Fields, identityOf, type ResolvedResource } from './resolved-resource.ts';
import type { Resolver } from './resolver.ts';
import type { BucketResource, QueueResource, TableResource } from './stack.ts';
import { type Json, TemplateError } from './template.ts';

/** Properties that CreateTable takes as CloudFormation has them. */
const SAME = [
  'AttributeDefinitions',
  'BillingMode',
  'DeletionProtectionEnabled',
  'GlobalSecondaryIndexes',
  'KeySchema',
  'LocalSecondaryIndexes',
  'ProvisionedThroughput',
] as const;

const WITHOUT_EFFECT = [
  'ContributorInsightsSpecification',
  'OnDemandThroughput',
  'PointInTimeRecoverySpecification',
  'SSESpecification',
  'TableClass',
  'Tags',
  'WarmThroughput',
];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html */
export function readTable(resolver: Resolver, resource: ResolvedResource): TableResource {
  const { logicalId, properties } = resource;
  properties.allow(['TableName', 'StreamSpecification', 'TimeToLiveSpecification', ...SAME], WITHOUT_EFFECT);
  const { name } = identityOf(resolver, resource);
  const createTable: Record<string, Json> = { TableName: name };
  for (const property of SAME) {
    const value = properties.json[property];
    if (value !== undefined) createTable[property] = value;
  }
  const stream = properties.optionalObject('StreamSpecification');
  if (stream !== undefined) {
    stream.allow(['StreamViewType'], ['ResourcePolicy']);
    createTable['StreamSpecification'] = {
      StreamEnabled: true,
      StreamViewType: stream.text('StreamViewType'),
    };
  }
  const ttlAttribute = ttlAttributeOf(properties.optionalObject('TimeToLiveSpecification'));
  return { logicalId, tableName: name, createTable, ...(ttlAttribute === undefined ? {} : { ttlAttribute }) };
}

function ttlAttributeOf(ttl: Fields | undefined): string | undefined {
  if (ttl === undefined) return undefined;
  ttl.allow(['AttributeName', 'Enabled']);
  return ttl.optionalBoolean('Enabled') === true ? ttl.text('AttributeName') : undefined;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
export function readQueue(resolver: Resolver, resource: ResolvedResource): QueueResource {
  const identity = identityOf(resolver, resource);
  return {
    logicalId: resource.logicalId,
    queueName: identity.name,
    arn: attribute(identity, 'Arn'),
    url: identity.ref,
    properties: resource.properties.json,
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html */
export function readBucket(resolver: Resolver, resource: ResolvedResource): BucketResource {
  resource.properties.allow(
    ['BucketName'],
    [
      'BucketEncryption',
      'LifecycleConfiguration',
      'OwnershipControls',
      'PublicAccessBlockConfiguration',
      'Tags',
      'VersioningConfiguration',
    ],
  );
  return { logicalId: resource.logicalId, bucketName: identityOf(resolver, resource).name };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html */
export function readLogGroup(resolver: Resolver, resource: ResolvedResource): LogGroupSettings {
  const { properties } = resource;
  properties.allow(
    ['LogGroupName', 'RetentionInDays'],
    ['DeletionProtectionEnabled', 'KmsKeyId', 'LogGroupClass', 'Tags'],
  );
  const retentionInDays = properties.optionalNumber('RetentionInDays');
  return {
    logGroupName: identityOf(resolver, resource).name,
    ...(retentionInDays === undefined ? {} : { retentionInDays }),
  };
}

/**
 * A query that the laptop runtime could not run is an error of the template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-querydefinition.html
 */
export function readQueryDefinition(resolver: Resolver, resource: ResolvedResource): QueryDefinition {
  const { properties } = resource;
  properties.allow(['LogGroupNames', 'Name', 'QueryLanguage', 'QueryString']);
  oneOf(properties, 'QueryLanguage', ['CWLI']);
  const queryString = properties.text('QueryString');
  try {
    parseQuery(queryString);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TemplateError(`${properties.path}.QueryString`, reason);
  }
  return {
    queryDefinitionId: identityOf(resolver, resource).ref,
    name: properties.text('Name'),
    queryString,
    logGroupNames: properties.optionalTexts('LogGroupNames') ?? [],
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-loggingconfig.html */
export function readLoggingConfig(config: Fields, functionName: string): FunctionLogging {
  config.allow(['ApplicationLogLevel', 'LogFormat', 'LogGroup', 'SystemLogLevel']);
  const otherwise = defaultLogging(functionName);
  const levels: readonly ApplicationLogLevel[] = ['TRACE', 'DEBUG', 'INFO'];
  return {
    logFormat: oneOf(config, 'LogFormat', ['Text', 'JSON'] as const) ?? otherwise.logFormat,
    applicationLogLevel: oneOf(config, 'ApplicationLogLevel', levels) ?? otherwise.applicationLogLevel,
    systemLogLevel: oneOf(config, 'SystemLogLevel', ['INFO', 'WARN'] as const) ?? otherwise.systemLogLevel,
    logGroupName: config.optionalText('LogGroup') ?? otherwise.logGroupName,
  };
}

/** What the runtime honours of a property's values. */
function oneOf<T extends string>(fields: Fields, name: string, values: readonly T[]): T | undefined {
  const text = fields.optionalText(name);
  const known = values.find((value) => value === text);
  if (text === undefined || known !== undefined) return known;
  throw new TemplateError(
    `${fields.path}.${name}`,
    `the laptop runtime honours ${values.join(', ')}, not ${text}`,
  );
}
