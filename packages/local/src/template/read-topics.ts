import { createHash } from 'node:crypto';
import { AwsError } from '../aws.ts';
import { subscriptionAttributes } from '../sns/attributes.ts';
import { PROTOCOLS } from '../sns/protocols.ts';
import type { SubscriptionResource, TopicResource } from '../sns/resources.ts';
import { assertMayInvoke } from './function-target.ts';
import type { JsonObject } from './json.ts';
import { readTags } from './read-tags.ts';
import { attribute, type Fields, fieldsOf, identityOf, type ResolvedResource } from './resolved-resource.ts';
import type { Resolver } from './resolver.ts';
import type { FunctionResource } from './stack.ts';
import { TemplateError } from './template-error.ts';

/** Properties of a topic that are attributes of SNS by the same names. */
const TOPIC_ATTRIBUTES = [
  'ArchivePolicy',
  'ContentBasedDeduplication',
  'DataProtectionPolicy',
  'DisplayName',
  'FifoThroughputScope',
  'FifoTopic',
  'KmsMasterKeyId',
  'SignatureVersion',
  'TracingConfig',
] as const;

const SUBSCRIPTION_ATTRIBUTES = [
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
  'ReplayPolicy',
  'SubscriptionRoleArn',
] as const;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html */
export function readTopic(
  resolver: Resolver,
  resource: ResolvedResource,
  functions: readonly FunctionResource[],
): TopicResource {
  const { logicalId, properties } = resource;
  properties.allow(['Subscription', 'Tags', 'TopicName', ...TOPIC_ATTRIBUTES], ['DeliveryStatusLogging']);
  const identity = identityOf(resolver, resource);
  const arn = attribute(identity, 'TopicArn');
  return {
    logicalId,
    topicName: identity.name,
    arn,
    attributes: attributesOf(properties, TOPIC_ATTRIBUTES),
    subscriptions: ownSubscriptions(resource, arn, functions),
    tags: readTags(properties),
  };
}

function ownSubscriptions(
  { logicalId, properties }: ResolvedResource,
  topicArn: string,
  functions: readonly FunctionResource[],
): readonly SubscriptionResource[] {
  if (properties.json['Subscription'] === undefined) return [];
  return properties.objects('Subscription').map((json, index) => {
    const fields = fieldsOf(json, `${properties.path}.Subscription[${index}]`);
    fields.allow(['Endpoint', 'Protocol']);
    const { protocol, endpoint } = endpointOf(fields, topicArn, functions);
    const arn = `${topicArn}:${uuidOf(`${topicArn}\n${protocol}\n${endpoint}`)}`;
    return { logicalId, arn, topicArn, protocol, endpoint, attributes: {} };
  });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html */
export function readSubscription(
  resolver: Resolver,
  resource: ResolvedResource,
  functions: readonly FunctionResource[],
): SubscriptionResource {
  const { logicalId, properties } = resource;
  properties.allow(['Endpoint', 'Protocol', 'Region', 'TopicArn', ...SUBSCRIPTION_ATTRIBUTES]);
  const { region } = resolver.environment;
  if ((properties.optionalText('Region') ?? region) !== region) {
    throw new TemplateError(`${properties.path}.Region`, `must be that of the stack, ${region}`);
  }
  const topicArn = properties.text('TopicArn');
  const attributes = attributesOf(properties, SUBSCRIPTION_ATTRIBUTES);
  const { protocol, endpoint } = endpointOf(properties, topicArn, functions);
  try {
    subscriptionAttributes(protocol, attributes);
  } catch (error) {
    if (error instanceof AwsError) throw new TemplateError(properties.path, error.message);
    throw error;
  }
  return { logicalId, arn: identityOf(resolver, resource).ref, topicArn, protocol, endpoint, attributes };
}

function endpointOf(
  fields: Fields,
  topicArn: string,
  functions: readonly FunctionResource[],
): { readonly protocol: string; readonly endpoint: string } {
  const [protocol, endpoint] = [fields.text('Protocol'), fields.text('Endpoint')];
  if (!PROTOCOLS.has(protocol)) {
    throw new TemplateError(`${fields.path}.Protocol`, `must be one of ${[...PROTOCOLS.keys()].join(', ')}`);
  }
  if (protocol === 'lambda') {
    const invocation = { functionArn: endpoint, principal: 'sns.amazonaws.com', sourceArn: topicArn };
    assertMayInvoke(invocation, functions, `${fields.path}.Endpoint`);
  }
  return { protocol, endpoint };
}

function attributesOf(properties: Fields, names: readonly string[]): Readonly<Record<string, string>> {
  const given = names.flatMap((name): readonly (readonly [string, unknown])[] => {
    const value = properties.json[name];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(
    given.map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value as JsonObject) : String(value),
    ]),
  );
}

function uuidOf(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex');
  return hash.slice(0, 32).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}
