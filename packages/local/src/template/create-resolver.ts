import { resolveCondition } from './conditions.ts';
import type { StackEnvironment } from './environment.ts';
import { identify } from './identify.ts';
import { findIntrinsic } from './intrinsic-form.ts';
import { intrinsics } from './intrinsics.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { NO_VALUE, type Resolver } from './resolver.ts';
import type { ResourceIdentity } from './resource-identity.ts';
import type { Template, TemplateResource } from './template.ts';
import { TemplateError } from './template-error.ts';

/**
 * A resolver that evaluates lazily, each resource once.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function createResolver(template: Template, environment: StackEnvironment): Resolver {
  const identities = new Map<string, ResourceIdentity>();
  const underway = new Set<string>();

  /** Guards against what refers to itself, directly or around corners. */
  function once<T>(key: string, path: string, evaluate: () => T): T {
    if (underway.has(key)) throw new TemplateError(path, `refers to itself by way of ${key}`);
    underway.add(key);
    try {
      return evaluate();
    } finally {
      underway.delete(key);
    }
  }

  const resolver: Resolver = {
    template,
    environment,
    resolve(value, path) {
      const resolved = resolver.resolveOptional(value, path);
      if (resolved === NO_VALUE) throw new TemplateError(path, 'must have a value here, not AWS::NoValue');
      return resolved;
    },
    resolveOptional(value, path) {
      if (Array.isArray(value)) return resolveArray(resolver, value, path);
      if (!isObject(value)) return value;
      const intrinsic = findIntrinsic(value);
      if (intrinsic === undefined) return resolveObject(resolver, value, path);
      const evaluate = intrinsics.get(intrinsic.name);
      if (evaluate === undefined) {
        throw new TemplateError(path, `uses ${intrinsic.name}, which the laptop runtime does not know`);
      }
      return evaluate(resolver, intrinsic.argument, path);
    },
    condition(name, path) {
      const condition = template.conditions[name];
      if (condition === undefined) throw new TemplateError(path, `there is no condition ${name}`);
      return once(`Conditions.${name}`, path, () =>
        resolveCondition(resolver, condition, `Conditions.${name}`),
      );
    },
    identity(logicalId, path) {
      const known = identities.get(logicalId);
      if (known !== undefined) return known;
      const resource = presentResource(resolver, logicalId, path);
      const found = once(`Resources.${logicalId}`, path, () => identify(resolver, resource));
      identities.set(logicalId, found);
      return found;
    },
  };
  return resolver;
}

/** Whether the resource's condition, if it has one, holds. */
export function isPresent(resolver: Resolver, resource: TemplateResource): boolean {
  const { condition, logicalId } = resource;
  return condition === undefined || resolver.condition(condition, `Resources.${logicalId}.Condition`);
}

/** All properties of a resource, resolved. */
export function resolveProperties(resolver: Resolver, resource: TemplateResource): JsonObject {
  return resolveObject(resolver, resource.properties, `Resources.${resource.logicalId}.Properties`);
}

function presentResource(resolver: Resolver, logicalId: string, path: string): TemplateResource {
  const resource = resolver.template.resources.get(logicalId);
  if (resource === undefined) throw new TemplateError(path, `there is no resource or parameter ${logicalId}`);
  if (!isPresent(resolver, resource)) {
    throw new TemplateError(path, `refers to ${logicalId}, whose condition ${resource.condition} is false`);
  }
  return resource;
}

function resolveArray(resolver: Resolver, values: readonly Json[], path: string): Json {
  return values
    .map((value, index) => resolver.resolveOptional(value, `${path}[${index}]`))
    .filter((value) => value !== NO_VALUE);
}

function resolveObject(resolver: Resolver, object: JsonObject, path: string): JsonObject {
  const resolved: Record<string, Json> = {};
  for (const [key, value] of Object.entries(object)) {
    const one = resolver.resolveOptional(value, `${path}.${key}`);
    if (one !== NO_VALUE) resolved[key] = one;
  }
  return resolved;
}
