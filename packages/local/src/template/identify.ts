import { createHash } from 'node:crypto';
import { busArn, busNameOf, DEFAULT_BUS, eventsArn, ruleArn } from '../events/event.ts';
import {
  arnOf,
  NO_VALUE,
  PARTITION,
  type Resolver,
  type ResourceIdentity,
  type StackEnvironment,
  URL_SUFFIX,
} from './resolver.ts';
import { type Json, TemplateError, type TemplateResource } from './template.ts';

/** What is known of a resource when its names are made. */
interface Naming {
  readonly environment: StackEnvironment;
  readonly logicalId: string;
  /** A property that is text, resolved. */
  property(name: string): string | undefined;
  /** Whether the property has a value. */
  has(name: string): boolean;
  /** A hash that stays the same for the stack and the logical id. */
  readonly hash: string;
  /** The name that CloudFormation would make up where the template gives none. */
  readonly generatedName: string;
}

type Identify = (naming: Naming) => ResourceIdentity;

/** The form of a UUID, made of the hash. */
export function uuidOf({ hash }: Naming): string {
  return hash.slice(0, 32).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}

/** Where events come from: tables' streams, the mappings that read them, event buses, and schedules. */
const eventSourceIdentities: readonly (readonly [type: string, identify: Identify])[] = [
  ['AWS::DynamoDB::Table', table],
  ['AWS::Events::Archive', archive],
  ['AWS::Events::EventBus', eventBus],
  ['AWS::Events::Rule', eventRule],
  ['AWS::Lambda::EventSourceMapping', eventSourceMapping],
  ['AWS::Scheduler::Schedule', schedule],
];

/**
 * A stream is labelled with the time of its making, which is not known before the engine has made it: the label of
 * the template's stream is a time that no real one has.
 */
const STREAM_LABEL = '1970-01-01T00:00:00.000';

function table(naming: Naming): ResourceIdentity {
  const name = naming.property('TableName') ?? naming.generatedName;
  const arn = arnOf(naming.environment, 'dynamodb', `table/${name}`);
  const stream = { StreamArn: `${arn}/stream/${STREAM_LABEL}` };
  return { name, ref: name, attributes: { Arn: arn, ...(naming.has('StreamSpecification') ? stream : {}) } };
}

/** A rule of another bus than the default one is referred to by both; its bus is given by name or ARN. */
function eventRule(naming: Naming): ResourceIdentity {
  const { environment } = naming;
  const name = naming.property('Name') ?? naming.generatedName;
  const reference = naming.property('EventBusName') ?? DEFAULT_BUS;
  const bus = busNameOf(reference, environment) ?? reference;
  const ref = bus === DEFAULT_BUS ? name : `${bus}|${name}`;
  return { name, ref, attributes: { Arn: ruleArn(environment, bus, name) } };
}

function eventBus(naming: Naming): ResourceIdentity {
  const name = naming.property('Name') ?? naming.generatedName;
  return { name, ref: name, attributes: { Arn: busArn(naming.environment, name), Name: name } };
}

function archive(naming: Naming): ResourceIdentity {
  const name = naming.property('ArchiveName') ?? naming.generatedName;
  const arn = eventsArn(naming.environment, `archive/${name}`);
  return { name, ref: name, attributes: { Arn: arn, ArchiveName: name } };
}

function eventSourceMapping(naming: Naming): ResourceIdentity {
  const id = uuidOf(naming);
  const arn = arnOf(naming.environment, 'lambda', `event-source-mapping:${id}`);
  return { name: id, ref: id, attributes: { Id: id, EventSourceMappingArn: arn } };
}

/** Of the default schedule group. */
function schedule(naming: Naming): ResourceIdentity {
  const name = naming.property('Name') ?? naming.generatedName;
  const arn = arnOf(naming.environment, 'scheduler', `schedule/default/${name}`);
  return { name, ref: name, attributes: { Arn: arn } };
}

/** The physical name, `Ref` and attributes of a resource. Throws {@link TemplateError} for a type it does not know. */
export function identify(resolver: Resolver, resource: TemplateResource): ResourceIdentity {
  const { environment } = resolver;
  const { logicalId, type, properties } = resource;
  const identifyType = identifyOf(type);
  const path = `Resources.${logicalId}`;
  if (identifyType === undefined) {
    throw new TemplateError(
      path,
      `the laptop runtime does not know what to call a ${type}, and it is referred to`,
    );
  }
  const hash = createHash('sha256').update(`${environment.stackName}\n${logicalId}`).digest('hex');
  return identifyType({
    environment,
    logicalId,
    hash,
    generatedName: `${environment.stackName}-${logicalId}-${hash.slice(0, 12).toUpperCase()}`,
    property: (name) => textProperty(resolver, properties[name], `${path}.Properties.${name}`),
    has: (name) => hasProperty(resolver, properties[name], `${path}.Properties.${name}`),
  });
}

/** Whether it is known what a resource of that type is called. */
export const isIdentified = (type: string): boolean => identifyOf(type) !== undefined;

function identifyOf(type: string): Identify | undefined {
  return identities.get(type) ?? (type.startsWith('AWS::EC2::') ? ec2Resource(type) : undefined);
}

function hasProperty(resolver: Resolver, value: Json | undefined, path: string): boolean {
  return value !== undefined && resolver.resolveOptional(value, path) !== NO_VALUE;
}

function textProperty(resolver: Resolver, value: Json | undefined, path: string): string | undefined {
  if (value === undefined) return undefined;
  const resolved = resolver.resolveOptional(value, path);
  if (typeof resolved === 'symbol') return undefined;
  if (typeof resolved !== 'string') throw new TemplateError(path, 'must be text');
  return resolved;
}

const identities: ReadonlyMap<string, Identify> = new Map<string, Identify>([
  ...eventSourceIdentities,
  [
    'AWS::Lambda::Function',
    (naming) => named(naming, 'FunctionName', (name) => ['lambda', `function:${name}`]),
  ],
  ['AWS::Lambda::LayerVersion', layerVersion],
  ['AWS::Lambda::Version', functionVersion],
  ['AWS::IoT::TopicRule', topicRule],
  ['AWS::IoT::Policy', policy],
  ['AWS::StepFunctions::StateMachine', stateMachine],
  ['AWS::SQS::Queue', queue],
  ['AWS::S3::Bucket', bucket],
  [
    'AWS::Logs::LogGroup',
    (naming) => named(naming, 'LogGroupName', (name) => ['logs', `log-group:${name}:*`]),
  ],
  ['AWS::Logs::QueryDefinition', queryDefinition],
  ['AWS::IAM::Role', role],
  ['AWS::IAM::ManagedPolicy', managedPolicy],
  ['AWS::SNS::Topic', topic],
  ['AWS::SNS::Subscription', subscription],
  [
    'AWS::CloudWatch::Alarm',
    (naming) => named(naming, 'AlarmName', (name) => ['cloudwatch', `alarm:${name}`]),
  ],
  ['AWS::KMS::Key', encryptionKey],
  ['AWS::EC2::VPCEndpoint', vpcEndpoint],
  ['AWS::Route53::HostedZone', hostedZone],
]);

/** A resource whose `Ref` is its name and whose one attribute is its ARN. */
function named(
  naming: Naming,
  property: string,
  arnParts: (name: string) => readonly [service: string, resource: string],
): ResourceIdentity {
  const name = naming.property(property) ?? naming.generatedName;
  return { name, ref: name, attributes: { Arn: arnOf(naming.environment, ...arnParts(name)) } };
}

/** A laptop has the first version of each layer. */
function layerVersion(naming: Naming): ResourceIdentity {
  const name = naming.property('LayerName') ?? naming.generatedName;
  const arn = arnOf(naming.environment, 'lambda', `layer:${name}:1`);
  return { name, ref: arn, attributes: { LayerVersionArn: arn } };
}

/** A laptop publishes no versions: each is called the first one. */
function functionVersion(naming: Naming): ResourceIdentity {
  const reference = naming.property('FunctionName') ?? naming.generatedName;
  const name = reference.split(':').at(6) ?? reference;
  const arn = arnOf(naming.environment, 'lambda', `function:${name}:1`);
  return { name, ref: arn, attributes: { FunctionArn: arn, Version: '1' } };
}

/** Policies are known by no other id than their name. */
function policy(naming: Naming): ResourceIdentity {
  const name = naming.property('PolicyName') ?? naming.generatedName;
  const Arn = arnOf(naming.environment, 'iot', `policy/${name}`);
  return { name, ref: name, attributes: { Arn, Id: name } };
}

/** Rule names have no hyphens. */
function topicRule(naming: Naming): ResourceIdentity {
  const name = naming.property('RuleName') ?? naming.generatedName.replaceAll('-', '_');
  return { name, ref: name, attributes: { Arn: arnOf(naming.environment, 'iot', `rule/${name}`) } };
}

function stateMachine(naming: Naming): ResourceIdentity {
  const name = naming.property('StateMachineName') ?? naming.generatedName;
  const arn = arnOf(naming.environment, 'states', `stateMachine:${name}`);
  return { name, ref: arn, attributes: { Arn: arn, Name: name } };
}

function queue(naming: Naming): ResourceIdentity {
  const { environment } = naming;
  const suffix = naming.has('FifoQueue') ? '.fifo' : '';
  const name = naming.property('QueueName') ?? `${naming.generatedName}${suffix}`;
  const url = `${environment.endpointUrl}/${environment.accountId}/${name}`;
  return {
    name,
    ref: url,
    attributes: { Arn: arnOf(environment, 'sqs', name), QueueName: name, QueueUrl: url },
  };
}

/** Bucket names are lower-case, and their ARNs have neither region nor account. */
function bucket(naming: Naming): ResourceIdentity {
  const { region } = naming.environment;
  const name = naming.property('BucketName') ?? naming.generatedName.toLowerCase();
  return {
    name,
    ref: name,
    attributes: {
      Arn: `arn:${PARTITION}:s3:::${name}`,
      DomainName: `${name}.s3.${URL_SUFFIX}`,
      RegionalDomainName: `${name}.s3.${region}.${URL_SUFFIX}`,
    },
  };
}

/** A UUID is all that others refer to it by. */
function queryDefinition(naming: Naming): ResourceIdentity {
  const id = uuidOf(naming);
  return { name: id, ref: id, attributes: { QueryDefinitionId: id } };
}

/** IAM knows no regions. */
function role(naming: Naming): ResourceIdentity {
  const name = naming.property('RoleName') ?? naming.generatedName;
  const path = naming.property('Path') ?? '/';
  const arn = `arn:${PARTITION}:iam::${naming.environment.accountId}:role${path}${name}`;
  return {
    name,
    ref: name,
    attributes: { Arn: arn, RoleId: `AROA${naming.hash.slice(0, 17).toUpperCase()}` },
  };
}

function managedPolicy(naming: Naming): ResourceIdentity {
  const name = naming.property('ManagedPolicyName') ?? naming.generatedName;
  const path = naming.property('Path') ?? '/';
  const arn = `arn:${PARTITION}:iam::${naming.environment.accountId}:policy${path}${name}`;
  return { name, ref: arn, attributes: { PolicyArn: arn } };
}

/** `DnsEntries` holds, for each name, the zone that it is in: `{hostedZoneId}:{name}`. */
function vpcEndpoint({ environment, hash }: Naming): ResourceIdentity {
  const id = `vpce-${hash.slice(0, 17)}`;
  const dnsName = `${id}-${hash.slice(-8)}.vpce.${environment.region}.${URL_SUFFIX}`;
  const zoneId = `Z${hash.slice(0, 13).toUpperCase()}`;
  return { name: id, ref: id, attributes: { Id: id, DnsEntries: [`${zoneId}:${dnsName}`] } };
}

function hostedZone({ hash }: Naming): ResourceIdentity {
  const id = `Z${hash.slice(0, 20).toUpperCase()}`;
  return { name: id, ref: id, attributes: { Id: id } };
}

function topic(naming: Naming): ResourceIdentity {
  const suffix = naming.has('FifoTopic') ? '.fifo' : '';
  const name = naming.property('TopicName') ?? `${naming.generatedName}${suffix}`;
  const arn = arnOf(naming.environment, 'sns', name);
  return { name, ref: arn, attributes: { TopicArn: arn, TopicName: name } };
}

function subscription(naming: Naming): ResourceIdentity {
  const arn = `${naming.property('TopicArn')}:${uuidOf(naming)}`;
  return { name: arn, ref: arn, attributes: { Arn: arn } };
}

/** A key's id has the form of a UUID. */
function encryptionKey(naming: Naming): ResourceIdentity {
  const id = uuidOf(naming);
  return { name: id, ref: id, attributes: { KeyId: id, Arn: arnOf(naming.environment, 'kms', `key/${id}`) } };
}

/** The prefix of a type's ids, and the attribute that is the id too. */
const EC2_IDS: Readonly<Record<string, readonly [prefix: string, attribute: string]>> = {
  'AWS::EC2::RouteTable': ['rtb', 'RouteTableId'],
  'AWS::EC2::SecurityGroup': ['sg', 'GroupId'],
  'AWS::EC2::Subnet': ['subnet', 'SubnetId'],
  'AWS::EC2::SubnetRouteTableAssociation': ['rtbassoc', 'Id'],
  'AWS::EC2::VPC': ['vpc', 'VpcId'],
};

/** Parts of a network have ids alone, which are all that others refer to them by. */
function ec2Resource(type: string): Identify | undefined {
  const ids = EC2_IDS[type];
  if (ids === undefined) return undefined;
  const [prefix, attribute] = ids;
  return ({ hash }) => {
    const id = `${prefix}-${hash.slice(0, 17)}`;
    return { name: id, ref: id, attributes: { [attribute]: id } };
  };
}
