import { apiAction } from '../rules/actions/template-names.ts';
import { readTags } from './read-tags.ts';
import { attribute, identityOf, type ResolvedResource } from './resolved-resource.ts';
import type { Resolver } from './resolver.ts';
import type { RuleResource } from './stack.ts';

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
