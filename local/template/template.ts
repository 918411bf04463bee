import { isObject, type Json, type JsonObject } from './json.ts';
import { TemplateError } from './template-error.ts';

const RETENTION_POLICIES = ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'] as const;

/** What becomes of a resource when it leaves its stack, or when another takes its place. */
export type RetentionPolicy = (typeof RETENTION_POLICIES)[number];

export interface TemplateResource {
  readonly logicalId: string;
  readonly type: string;
  /** As written, with its intrinsic functions. */
  readonly properties: JsonObject;
  /** The name of the condition under which the resource is there at all. */
  readonly condition?: string;
  readonly deletionPolicy: RetentionPolicy;
  readonly updateReplacePolicy: RetentionPolicy;
}

/** A CloudFormation template, with its parts told apart but nothing resolved yet. */
export interface Template {
  readonly resources: ReadonlyMap<string, TemplateResource>;
  readonly parameters: JsonObject;
  readonly conditions: JsonObject;
  readonly mappings: JsonObject;
  readonly outputs: JsonObject;
  readonly description?: string;
  readonly metadata?: JsonObject;
}

/**
 * Reads a CloudFormation template in JSON. `DependsOn` means nothing on a laptop, which makes resources in the
 * order of their kinds, and is passed over. Throws {@link TemplateError}.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
export function parseTemplate(text: string): Template {
  const document = parseJson(text);
  if (!isObject(document)) throw new TemplateError('template', 'is not a JSON object');
  if (document['Transform'] !== undefined) {
    throw new TemplateError('Transform', 'templates with transforms cannot be run: write the resources out');
  }
  const resources = new Map<string, TemplateResource>();
  for (const [logicalId, resource] of Object.entries(section(document, 'Resources'))) {
    resources.set(logicalId, parseResource(logicalId, resource));
  }
  return {
    resources,
    parameters: section(document, 'Parameters'),
    conditions: section(document, 'Conditions'),
    mappings: section(document, 'Mappings'),
    outputs: section(document, 'Outputs'),
    ...(typeof document['Description'] === 'string' && { description: document['Description'] }),
    ...(isObject(document['Metadata']) && { metadata: document['Metadata'] }),
  };
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TemplateError(
      'template',
      `is not JSON (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

function section(document: JsonObject, name: string): JsonObject {
  const value = document[name] ?? {};
  if (!isObject(value)) throw new TemplateError(name, 'must be an object');
  return value;
}

function parseResource(logicalId: string, resource: Json): TemplateResource {
  const path = `Resources.${logicalId}`;
  if (!isObject(resource)) throw new TemplateError(path, 'must be an object');
  const { Type: type, Properties: properties = {}, Condition: condition } = resource;
  if (typeof type !== 'string') throw new TemplateError(path, 'has no Type');
  if (!isObject(properties)) throw new TemplateError(`${path}.Properties`, 'must be an object');
  const policies = {
    deletionPolicy: retentionOf(resource, 'DeletionPolicy', path),
    updateReplacePolicy: retentionOf(resource, 'UpdateReplacePolicy', path),
  };
  if (condition === undefined) return { logicalId, type, properties, ...policies };
  if (typeof condition !== 'string')
    throw new TemplateError(`${path}.Condition`, 'must be the name of a condition');
  return { logicalId, type, properties, condition, ...policies };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
function retentionOf(resource: JsonObject, attribute: string, path: string): RetentionPolicy {
  const value = resource[attribute] ?? 'Delete';
  const policy = RETENTION_POLICIES.find((one) => one === value);
  if (policy !== undefined) return policy;
  throw new TemplateError(`${path}.${attribute}`, `must be one of ${RETENTION_POLICIES.join(', ')}`);
}
