import type { Json, JsonObject } from '@device-lifecycle/local/template/template.ts';

/** A resource type that moto's CloudFormation passes over. */
export interface Gap {
  readonly type: string;
  /** What of the service is left out of the deployment with it. */
  readonly leftOut: string;
}

/** What moto 5.1 and 5.2 do not make. */
export const GAPS: readonly Gap[] = [
  { type: 'AWS::IoT::TopicRule', leftOut: 'the rules: what devices publish starts nothing' },
  { type: 'AWS::IoT::Logging', leftOut: 'the log of AWS IoT' },
  { type: 'AWS::Lambda::EventInvokeConfig', leftOut: 'how often an event is tried, and where it ends' },
  { type: 'AWS::SQS::QueuePolicy', leftOut: 'that the queue takes encrypted connections alone' },
  { type: 'AWS::S3::BucketPolicy', leftOut: 'that the bucket takes encrypted connections alone' },
  { type: 'AWS::SNS::TopicPolicy', leftOut: 'who may publish alarms' },
  { type: 'AWS::SNS::Subscription', leftOut: 'who gets the alarms' },
  { type: 'AWS::CloudWatch::Alarm', leftOut: 'the alarms' },
  { type: 'AWS::CloudWatch::Dashboard', leftOut: 'the dashboard' },
  { type: 'AWS::Logs::QueryDefinition', leftOut: 'the saved queries' },
  { type: 'AWS::EC2::SecurityGroupEgress', leftOut: 'what functions may call' },
];

/** Attributes that moto does not know, and what stands for them. */
const ATTRIBUTE_GAPS: readonly {
  readonly type: string;
  readonly attribute: string;
  readonly standIn: Json;
}[] = [{ type: 'AWS::EC2::VPCEndpoint', attribute: 'DnsEntries', standIn: ['Z0EXAMPLE:vpce.example.com'] }];

/** Properties that moto fails at: `Ref` of a layer gives no ARN, and then it can update no function that names it. */
const PROPERTY_GAPS: readonly { readonly type: string; readonly property: string }[] = [
  { type: 'AWS::Lambda::Function', property: 'Layers' },
];

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands for anything of a resource that is left out; some places take nothing but ARNs. */
const standIn = (logicalId: string) => `arn:aws:left-out:us-east-1:123456789012:${logicalId}`;

/** What a reference stands for, where it cannot stay. */
type Substitute = (logicalId: string, attribute?: string) => Json | undefined;

/** The template without the resources of these types, and with text in place of what refers to them. */
export function leaveOut(template: JsonObject, types: ReadonlySet<string>): JsonObject {
  const resources: Readonly<Record<string, JsonObject>> = Object(template['Resources']);
  const isLeftOut = (logicalId: string) => types.has(String(resources[logicalId]?.['Type']));
  const kept = Object.entries(resources)
    .filter(([logicalId]) => !isLeftOut(logicalId))
    .map(([logicalId, resource]) => [logicalId, withoutPropertyGaps(resource)]);
  const substitute: Substitute = (logicalId, attribute) => {
    if (isLeftOut(logicalId)) return standIn(logicalId);
    const type = resources[logicalId]?.['Type'];
    return ATTRIBUTE_GAPS.find((gap) => gap.type === type && gap.attribute === attribute)?.standIn;
  };
  return replaceReferences({ ...template, Resources: Object.fromEntries(kept) }, substitute) as JsonObject;
}

function withoutPropertyGaps(resource: JsonObject): JsonObject {
  const gaps = PROPERTY_GAPS.filter(({ type }) => type === resource['Type']);
  if (gaps.length === 0) return resource;
  const properties: JsonObject = Object(resource['Properties']);
  const isGap = (name: string) => gaps.some(({ property }) => property === name);
  const kept = Object.entries(properties).filter(([name]) => !isGap(name));
  return { ...resource, Properties: Object.fromEntries(kept) };
}

function replaceReferences(value: Json, substitute: Substitute): Json {
  if (Array.isArray(value)) return value.map((item: Json) => replaceReferences(item, substitute));
  if (!isObject(value)) return value;
  return (
    substituteOf(value, substitute) ??
    Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        if (key === 'DependsOn') {
          return [key, [item].flat().filter((id) => substitute(String(id)) === undefined)];
        }
        return [key, key === 'Fn::Sub' ? fillIn(item, substitute) : replaceReferences(item, substitute)];
      }),
    )
  );
}

function substituteOf({ Ref, 'Fn::GetAtt': path }: JsonObject, substitute: Substitute): Json | undefined {
  if (typeof Ref === 'string') return substitute(Ref);
  return Array.isArray(path) ? substitute(String(path[0]), String(path[1])) : undefined;
}

function fillIn(text: Json, substitute: Substitute): Json {
  if (typeof text !== 'string') return replaceReferences(text, substitute);
  return text.replaceAll(/\$\{(\w+)(?:\.(\w+))?\}/g, (placeholder, logicalId: string, attribute?: string) =>
    String(substitute(logicalId, attribute) ?? placeholder),
  );
}
