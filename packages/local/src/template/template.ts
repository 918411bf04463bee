/** A template that the runtime cannot read, or would run otherwise than AWS does. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';

  /** `path` says where in the template: `Resources.DevicesTable.Properties.TableName`. */
  constructor(path: string, message: string) {
    super(`${path}: ${message}`);
  }
}

/** JSON, as a template holds it. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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

const SECTIONS: ReadonlySet<string> = new Set([
  'AWSTemplateFormatVersion',
  'Conditions',
  'Description',
  'Mappings',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
]);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-product-attribute-reference.html */
const RESOURCE_ATTRIBUTES: ReadonlySet<string> = new Set([
  'Condition',
  'CreationPolicy',
  'DeletionPolicy',
  'DependsOn',
  'Metadata',
  'Properties',
  'Type',
  'UpdatePolicy',
  'UpdateReplacePolicy',
]);

/**
 * Reads a CloudFormation template in JSON. What `DependsOn` says has to be there, and means nothing else on a laptop,
 * which makes resources in the order of their kinds. Throws {@link TemplateError}.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
export function parseTemplate(text: string): Template {
  const document = parseJson(text);
  if (!isObject(document)) throw new TemplateError('template', 'is not a JSON object');
  if (document['Transform'] !== undefined) {
    throw new TemplateError('Transform', 'templates with transforms cannot be run: write the resources out');
  }
  if (document['Rules'] !== undefined) {
    throw new TemplateError(
      'Rules',
      'the laptop runtime does not check the rules of parameters: leave them out',
    );
  }
  const unknown = Object.keys(document).filter((name) => !SECTIONS.has(name));
  if (unknown.length > 0) {
    throw new TemplateError('template', `Invalid template property or properties [${unknown.join(', ')}]`);
  }
  const resources = new Map<string, TemplateResource>();
  const inTemplate = section(document, 'Resources');
  for (const [logicalId, resource] of Object.entries(inTemplate)) {
    resources.set(logicalId, parseResource(logicalId, resource));
    assertDependencies(`Resources.${logicalId}.DependsOn`, Object(resource)['DependsOn'], inTemplate);
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
  const unknown = Object.keys(resource).find((name) => !RESOURCE_ATTRIBUTES.has(name));
  if (unknown !== undefined) throw new TemplateError(path, `Invalid template resource property '${unknown}'`);
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

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html */
function assertDependencies(path: string, dependsOn: Json | undefined, resources: JsonObject): void {
  if (dependsOn === undefined) return;
  const names = Array.isArray(dependsOn) ? dependsOn : [dependsOn];
  if (names.some((name) => typeof name !== 'string')) {
    throw new TemplateError(path, 'must be the logical id of a resource, or a list of them');
  }
  const unresolved = names.filter((name) => !Object.hasOwn(resources, String(name)));
  if (unresolved.length === 0) return;
  throw new TemplateError(
    path,
    `Unresolved resource dependencies [${unresolved.join(', ')}] in the Resources block of the template`,
  );
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
function retentionOf(resource: JsonObject, attribute: string, path: string): RetentionPolicy {
  const value = resource[attribute] ?? 'Delete';
  const policy = RETENTION_POLICIES.find((one) => one === value);
  if (policy !== undefined) return policy;
  throw new TemplateError(`${path}.${attribute}`, `must be one of ${RETENTION_POLICIES.join(', ')}`);
}
