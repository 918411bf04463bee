import { IOT_LOG_LEVELS, type IotLogLevel } from '../iot/iot-log.ts';
import type { IotPolicyResource } from '../iot/policies.ts';
import { apiAction } from '../rules/actions/template-names.ts';
import { attribute, identityOf, type ResolvedResource } from './resolved-resource.ts';
import type { Resolver } from './resolver.ts';
import type { RuleResource } from './stack.ts';
import { isObject, TemplateError } from './template.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-policy.html */
export function readPolicy(resolver: Resolver, resource: ResolvedResource): IotPolicyResource {
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

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-topicrule.html */
export function readRule(resolver: Resolver, resource: ResolvedResource): RuleResource {
  const { logicalId, properties } = resource;
  properties.allow(['RuleName', 'TopicRulePayload'], ['Tags']);
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
