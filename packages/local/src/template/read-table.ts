import type { Json } from './json.ts';
import { type Fields, identityOf, type ResolvedResource } from './resolved-resource.ts';
import type { Resolver } from './resolver.ts';
import type { TableResource } from './stack.ts';

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
