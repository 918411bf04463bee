import type { NotRun } from './stack.ts';
import type { TemplateResource } from './template.ts';
import { TemplateError } from './template-error.ts';

/** Resource types that change nothing for what runs on a laptop, and why. */
export const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  'AWS::CDK::Metadata': 'says something about the template alone',
  'AWS::CloudWatch::Alarm': 'nothing is monitored',
  'AWS::CloudWatch::Dashboard': 'nothing is monitored',
  'AWS::EC2::RouteTable': 'functions use the network of this machine',
  'AWS::EC2::SecurityGroup': 'functions use the network of this machine',
  'AWS::EC2::SecurityGroupEgress': 'functions use the network of this machine',
  'AWS::EC2::SecurityGroupIngress': 'functions use the network of this machine',
  'AWS::EC2::Subnet': 'functions use the network of this machine',
  'AWS::EC2::SubnetRouteTableAssociation': 'functions use the network of this machine',
  'AWS::EC2::VPC': 'functions use the network of this machine',
  'AWS::EC2::VPCEndpoint': 'functions use the network of this machine',
  'AWS::Events::EventBusPolicy': 'permissions are not enforced',
  'AWS::IAM::ManagedPolicy': 'permissions are not enforced',
  'AWS::IAM::Policy': 'permissions are not enforced',
  'AWS::IAM::Role': 'permissions are not enforced',
  'AWS::KMS::Alias': 'nothing is encrypted',
  'AWS::KMS::Key': 'nothing is encrypted',
  'AWS::Logs::MetricFilter': 'nothing is monitored',
  'AWS::Logs::ResourcePolicy': 'permissions are not enforced',
  'AWS::Route53::HostedZone': 'functions use the network of this machine',
  'AWS::Route53::RecordSet': 'functions use the network of this machine',
  'AWS::S3::BucketPolicy': 'permissions are not enforced',
  'AWS::SNS::Subscription': 'nothing is monitored',
  'AWS::SNS::Topic': 'nothing is monitored',
  'AWS::SNS::TopicInlinePolicy': 'permissions are not enforced',
  'AWS::SNS::TopicPolicy': 'permissions are not enforced',
  'AWS::SQS::QueuePolicy': 'permissions are not enforced',
};

/** Resource types that the runtime runs, or reads as part of what it runs. */
export const RUN: ReadonlySet<string> = new Set([
  'AWS::DynamoDB::Table',
  'AWS::Events::Archive',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::IoT::Logging',
  'AWS::IoT::Policy',
  'AWS::IoT::Thing',
  'AWS::IoT::ThingGroup',
  'AWS::IoT::ThingType',
  'AWS::IoT::TopicRule',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::LayerVersion',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::LogGroup',
  'AWS::Logs::QueryDefinition',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::Scheduler::Schedule',
  'AWS::StepFunctions::StateMachine',
]);

/** Whether a resource of that type changes nothing for what runs on a laptop. */
export const isWithoutEffect = (type: string): boolean => Object.hasOwn(WITHOUT_EFFECT, type);

/**
 * Sums up the resources that do not run here. Throws {@link TemplateError} for a type that is neither run nor
 * known to have no effect: without it, the service would do something else than on AWS.
 */
export function listNotRun(present: readonly TemplateResource[]): readonly NotRun[] {
  const reasons = new Map<string, NotRun>();
  for (const resource of present) {
    const reason = reasonNotRun(resource);
    if (reason === undefined) continue;
    const [type, why] = reason;
    reasons.set(type, { type, count: (reasons.get(type)?.count ?? 0) + 1, reason: why });
  }
  return [...reasons.values()].sort((one, other) => one.type.localeCompare(other.type));
}

/** One line a reason, each with the types that it holds for, the most frequent first. */
export function describeNotRun(notRun: readonly NotRun[]): readonly string[] {
  const byReason = Object.entries(Object.groupBy(notRun, ({ reason }) => reason));
  return byReason.map(([reason, group = []]) => {
    const types = group.toSorted((one, other) => other.count - one.count);
    return `${reason}: ${types.map(({ type, count }) => `${count} ${type}`).join(', ')}`;
  });
}

function reasonNotRun({
  logicalId,
  type,
}: TemplateResource): readonly [type: string, reason: string] | undefined {
  if (RUN.has(type)) return undefined;
  const reason = WITHOUT_EFFECT[type];
  if (reason !== undefined) return [type, reason];
  throw new TemplateError(
    `Resources.${logicalId}`,
    `the laptop runtime cannot run a resource of the type ${type}, and without it the service would not do what it does on AWS`,
  );
}
