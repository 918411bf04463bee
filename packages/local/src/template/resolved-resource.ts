import { resolveProperties } from './create-resolver.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { Resolver } from './resolver.ts';
import type { ResourceIdentity } from './resource-identity.ts';
import type { TemplateResource } from './template.ts';
import { TemplateError } from './template-error.ts';

/** A resource with its properties resolved. The getters throw {@link TemplateError} for values of another type. */
export interface ResolvedResource {
  readonly logicalId: string;
  readonly path: string;
  readonly properties: Fields;
}

/** The fields of an object of the template, read with their types checked. */
export interface Fields {
  readonly path: string;
  readonly json: JsonObject;
  text(name: string): string;
  optionalText(name: string): string | undefined;
  /** Numbers may be written as text, as parameters always are. */
  optionalNumber(name: string): number | undefined;
  optionalBoolean(name: string): boolean | undefined;
  object(name: string): Fields;
  optionalObject(name: string): Fields | undefined;
  objects(name: string): readonly JsonObject[];
  optionalTexts(name: string): readonly string[] | undefined;
  /**
   * Refuses every field but those that the runtime honours and those that have no effect on a laptop: running
   * without a field that it does not know might be running it wrongly.
   */
  allow(honoured: readonly string[], withoutEffect?: readonly string[]): void;
}

export function resolveResource(resolver: Resolver, resource: TemplateResource): ResolvedResource {
  const path = `Resources.${resource.logicalId}`;
  const properties = fieldsOf(resolveProperties(resolver, resource), `${path}.Properties`);
  return { logicalId: resource.logicalId, path, properties };
}

/** What others refer to the resource by. */
export function identityOf(resolver: Resolver, { logicalId, path }: ResolvedResource): ResourceIdentity {
  return resolver.identity(logicalId, path);
}

/** Throws for an attribute that the type does not have as text, which is a mistake of the runtime's own. */
export function attribute(identity: ResourceIdentity, name: string): string {
  const value = identity.attributes[name];
  if (typeof value !== 'string')
    throw new TypeError(`${identity.name} has no attribute ${name} that is text`);
  return value;
}

/** `path` says where the object stands, for errors. */
export function fieldsOf(json: JsonObject, path: string): Fields {
  const fields: Fields = {
    path,
    json,
    text: (name) => required(fields.optionalText(name), `${path}.${name}`),
    optionalText: (name) => typed(json[name], isText, `${path}.${name}`, 'text'),
    optionalNumber: (name) => {
      const value = typed(json[name], isNumeric, `${path}.${name}`, 'a number');
      return value === undefined ? undefined : Number(value);
    },
    optionalBoolean: (name) => {
      const value = typed(json[name], isBoolean, `${path}.${name}`, 'true or false');
      return value === undefined ? undefined : String(value) === 'true';
    },
    object: (name) => required(fields.optionalObject(name), `${path}.${name}`),
    optionalObject: (name) => {
      const value = typed(json[name], isObject, `${path}.${name}`, 'an object');
      return value === undefined ? undefined : fieldsOf(value, `${path}.${name}`);
    },
    objects: (name) =>
      required(typed(json[name], isObjects, `${path}.${name}`, 'a list of objects'), `${path}.${name}`),
    optionalTexts: (name) => typed(json[name], isTexts, `${path}.${name}`, 'a list of texts'),
    allow: (honoured, withoutEffect = []) => {
      const unknown = Object.keys(json).find(
        (name) => !honoured.includes(name) && !withoutEffect.includes(name),
      );
      if (unknown === undefined) return;
      throw new TemplateError(
        `${path}.${unknown}`,
        'the laptop runtime does not know this property: leave it out',
      );
    },
  };
  return fields;
}

function typed<T extends Json>(
  value: Json | undefined,
  isType: (value: Json) => value is T,
  path: string,
  expected: string,
): T | undefined {
  if (value === undefined || isType(value)) return value;
  throw new TemplateError(path, `must be ${expected}`);
}

function required<T>(value: T | undefined, path: string): T {
  if (value === undefined) throw new TemplateError(path, 'is missing');
  return value;
}

function isText(value: Json): value is string {
  return typeof value === 'string';
}

function isNumeric(value: Json): value is number | string {
  return typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value));
}

function isBoolean(value: Json): value is boolean | 'true' | 'false' {
  return typeof value === 'boolean' || value === 'true' || value === 'false';
}

function isObjects(value: Json): value is readonly JsonObject[] {
  return Array.isArray(value) && value.every(isObject);
}

function isTexts(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}
