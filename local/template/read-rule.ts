import { attribute, identityOf, type ResolvedResource } from './resolved-resource.ts';
import type { Resolver } from './resolver.ts';
import type { RuleResource } from './stack.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-topicrule.html */
export function readRule(resolver: Resolver, resource: ResolvedResource): RuleResource {
  const { logicalId, properties } = resource;
  properties.allow(['RuleName', 'TopicRulePayload'], ['Tags']);
  const payload = properties.object('TopicRulePayload');
  payload.allow(['Actions', 'AwsIotSqlVersion', 'ErrorAction', 'RuleDisabled', 'Sql'], ['Description']);
  const identity = identityOf(resolver, resource);
  const awsIotSqlVersion = payload.optionalText('AwsIotSqlVersion');
  const errorAction = payload.optionalObject('ErrorAction')?.json;
  return {
    logicalId,
    ruleName: identity.name,
    arn: attribute(identity, 'Arn'),
    sql: payload.text('Sql'),
    ...(awsIotSqlVersion === undefined ? {} : { awsIotSqlVersion }),
    ruleDisabled: payload.optionalBoolean('RuleDisabled') ?? false,
    actions: payload.objects('Actions'),
    ...(errorAction === undefined ? {} : { errorAction }),
  };
}
