import { isObject, type Json, type JsonObject } from './json.ts';
import { TemplateError } from './template-error.ts';

export interface TemplateResource {
  readonly logicalId: string;
  readonly type: string;
  /** As written, with its intrinsic functions. */
  readonly properties: JsonObject;
  /** The name of the condition under which the resource is there at all. */
  readonly condition?: string;
}

/** A CloudFormation template, with its parts told apart but nothing resolved yet. */
export interface Template {
  readonly resources: ReadonlyMap<string, TemplateResource>;
  readonly parameters: JsonObject;
  readonly conditions: JsonObject;
  readonly mappings: JsonObject;
}

/**
 * Reads a CloudFormation template in JSON. Order and deletion (`DependsOn`, `DeletionPolicy`, `UpdateReplacePolicy`)
 * mean nothing on a laptop and are passed over. Throws {@link TemplateError}.
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
  if (condition === undefined) return { logicalId, type, properties };
  if (typeof condition !== 'string')
    throw new TemplateError(`${path}.Condition`, 'must be the name of a condition');
  return { logicalId, type, properties, condition };
}
