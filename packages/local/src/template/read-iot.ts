import type {
  IotPolicyResource,
  IotResources,
  IotThingGroupResource,
  IotThingResource,
  IotThingTypeResource,
} from '../iot/resources.ts';
import { IOT_LOG_LEVELS, type IotLogLevel } from '../iot-log.ts';
import { apiAction } from '../rules/actions/template-names.ts';
import { attribute, type Fields, identityOf, type ResolvedResource, readTags } from './resolved-resource.ts';
import type { Resolver } from './resolver.ts';
import type { RuleResource } from './stack.ts';
import { isObject, TemplateError } from './template.ts';

/** Reads what a template has of AWS IoT's registry. */
export function readIotRegistry(
  resolver: Resolver,
  ofType: (type: string) => readonly ResolvedResource[],
): IotResources {
  return {
    thingTypes: ofType('AWS::IoT::ThingType').map((resource) => readThingType(resolver, resource)),
    thingGroups: parentsFirst(
      ofType('AWS::IoT::ThingGroup').map((resource) => readThingGroup(resolver, resource)),
    ),
    things: ofType('AWS::IoT::Thing').map((resource) => readThing(resolver, resource)),
    policies: ofType('AWS::IoT::Policy').map((resource) => readPolicy(resolver, resource)),
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-policy.html */
function readPolicy(resolver: Resolver, resource: ResolvedResource): IotPolicyResource {
  const { logicalId, properties } = resource;
  properties.allow(['PolicyDocument', 'PolicyName'], ['Tags']);
  const document = properties.json['PolicyDocument'];
  if (!isObject(document) && typeof document !== 'string') {
    throw new TemplateError(`${properties.path}.PolicyDocument`, 'must be an object, or JSON as text');
  }
  return {
    logicalId,
    policyName: identityOf(resolver, resource).name,
    policyDocument: typeof document === 'string' ? document : JSON.stringify(document),
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-thing.html */
function readThing(resolver: Resolver, resource: ResolvedResource): IotThingResource {
  const { logicalId, properties } = resource;
  properties.allow(['AttributePayload', 'ThingName']);
  const { name: thingName } = identityOf(resolver, resource);
  return { logicalId, thingName, attributes: readAttributes(properties) };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-thinggroup.html */
function readThingGroup(resolver: Resolver, resource: ResolvedResource): IotThingGroupResource {
  const { logicalId, properties } = resource;
  properties.allow(['ParentGroupName', 'ThingGroupName', 'ThingGroupProperties'], ['Tags']);
  const group = properties.optionalObject('ThingGroupProperties');
  group?.allow(['AttributePayload', 'ThingGroupDescription']);
  return {
    logicalId,
    thingGroupName: identityOf(resolver, resource).name,
    parentGroupName: properties.optionalText('ParentGroupName'),
    thingGroupDescription: group?.optionalText('ThingGroupDescription'),
    attributes: group === undefined ? {} : readAttributes(group),
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-thingtype.html */
function readThingType(resolver: Resolver, resource: ResolvedResource): IotThingTypeResource {
  const { logicalId, properties } = resource;
  properties.allow(['DeprecateThingType', 'ThingTypeName', 'ThingTypeProperties'], ['Tags']);
  const type = properties.optionalObject('ThingTypeProperties');
  type?.allow(['SearchableAttributes', 'ThingTypeDescription']);
  const thingTypeDescription = type?.optionalText('ThingTypeDescription');
  const searchableAttributes = type?.optionalTexts('SearchableAttributes');
  return {
    logicalId,
    thingTypeName: identityOf(resolver, resource).name,
    thingTypeProperties: {
      ...(thingTypeDescription === undefined ? {} : { thingTypeDescription }),
      ...(searchableAttributes === undefined ? {} : { searchableAttributes }),
    },
    deprecated: properties.optionalBoolean('DeprecateThingType') ?? false,
  };
}

function readAttributes(properties: Fields): Readonly<Record<string, string>> {
  const payload = properties.optionalObject('AttributePayload');
  payload?.allow(['Attributes']);
  const attributes = payload?.optionalObject('Attributes');
  if (attributes === undefined) return {};
  return Object.fromEntries(Object.keys(attributes.json).map((name) => [name, attributes.text(name)]));
}

function parentsFirst(groups: readonly IotThingGroupResource[]): readonly IotThingGroupResource[] {
  const depth = ({ parentGroupName }: IotThingGroupResource): number => {
    const parent = groups.find(({ thingGroupName }) => thingGroupName === parentGroupName);
    return parent === undefined ? 0 : 1 + depth(parent);
  };
  return groups.toSorted((one, other) => depth(one) - depth(other));
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-topicrule.html */
export function readRule(resolver: Resolver, resource: ResolvedResource): RuleResource {
  const { logicalId, properties } = resource;
  properties.allow(['RuleName', 'TopicRulePayload', 'Tags']);
  const payload = properties.object('TopicRulePayload');
  payload.allow(['Actions', 'AwsIotSqlVersion', 'Description', 'ErrorAction', 'RuleDisabled', 'Sql']);
  const identity = identityOf(resolver, resource);
  const awsIotSqlVersion = payload.optionalText('AwsIotSqlVersion');
  const description = payload.optionalText('Description');
  const errorAction = payload.optionalObject('ErrorAction')?.json;
  return {
    logicalId,
    ruleName: identity.name,
    arn: attribute(identity, 'Arn'),
    sql: payload.text('Sql'),
    ...(description === undefined ? {} : { description }),
    ...(awsIotSqlVersion === undefined ? {} : { awsIotSqlVersion }),
    ruleDisabled: payload.optionalBoolean('RuleDisabled') ?? false,
    actions: payload.objects('Actions').map(apiAction),
    ...(errorAction === undefined ? {} : { errorAction: apiAction(errorAction) }),
    isFromTemplate: true,
    tags: readTags(properties),
  };
}

/**
 * What AWS IoT logs: nothing where the template does not say so.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-logging.html
 */
export function readIotLogging(resources: readonly ResolvedResource[], accountId: string): IotLogLevel {
  const [resource, another] = resources;
  if (resource === undefined) return 'DISABLED';
  if (another !== undefined) throw new TemplateError(another.path, 'an account has one such setting');
  const { properties } = resource;
  properties.allow(['AccountId', 'DefaultLogLevel'], ['RoleArn']);
  if (properties.text('AccountId') !== accountId) {
    throw new TemplateError(
      `${properties.path}.AccountId`,
      'must be the account itself: !Ref AWS::AccountId',
    );
  }
  const level = IOT_LOG_LEVELS.find((one) => one === properties.text('DefaultLogLevel'));
  if (level !== undefined) return level;
  throw new TemplateError(
    `${properties.path}.DefaultLogLevel`,
    `must be one of ${IOT_LOG_LEVELS.join(', ')}`,
  );
}
