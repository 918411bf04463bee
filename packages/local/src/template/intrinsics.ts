import { isObject, type Json } from './json.ts';
import { pseudoParameter, templateParameter } from './parameters.ts';
import type { Resolved, Resolver } from './resolver.ts';
import { substitute } from './sub.ts';
import { TemplateError } from './template-error.ts';

type Intrinsic = (resolver: Resolver, argument: Json, path: string) => Resolved;

/** The functions that stand for values; those that stand for conditions are in conditions.ts. */
export const intrinsics: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['Ref', (resolver, argument, path) => ref(resolver, text(argument, path), path)],
  ['Fn::GetAtt', getAtt],
  ['Fn::Sub', sub],
  ['Fn::Join', join],
  ['Fn::Split', split],
  ['Fn::Select', select],
  ['Fn::If', conditional],
  ['Fn::FindInMap', findInMap],
  ['Fn::GetAZs', getAvailabilityZones],
  ['Fn::ImportValue', importValue],
  [
    'Fn::Base64',
    (resolver, argument, path) => Buffer.from(resolveText(resolver, argument, path)).toString('base64'),
  ],
]);

function ref(resolver: Resolver, name: string, path: string): Resolved {
  const parameter = pseudoParameter(resolver.environment, name) ?? templateParameter(resolver, name, path);
  return parameter === undefined ? resolver.identity(name, path).ref : parameter;
}

function getAtt(resolver: Resolver, argument: Json, path: string): Json {
  const [logicalId, ...attribute] =
    typeof argument === 'string'
      ? argument.split('.')
      : list(argument, path).map((part) => resolveText(resolver, part, path));
  if (logicalId === undefined)
    throw new TemplateError(path, 'Fn::GetAtt takes a logical id and an attribute');
  return attributeOf(resolver, logicalId, attribute.join('.'), path);
}

function attributeOf(
  resolver: Resolver,
  logicalId: string,
  attribute: string,
  path: string,
): string | string[] {
  const value = resolver.identity(logicalId, path).attributes[attribute];
  if (value === undefined) {
    const type = resolver.template.resources.get(logicalId)?.type;
    throw new TemplateError(
      path,
      `the laptop runtime does not know the attribute ${attribute} of ${logicalId} (${type})`,
    );
  }
  return value;
}

function sub(resolver: Resolver, argument: Json, path: string): string {
  const [pattern, variables = {}] = typeof argument === 'string' ? [argument] : list(argument, path);
  if (!isObject(variables)) throw new TemplateError(path, 'the second argument of Fn::Sub must be an object');
  return substitute(text(pattern, path), (name) => {
    const own = variables[name];
    if (own !== undefined) return resolveText(resolver, own, `${path}.${name}`);
    const [logicalId = '', ...attribute] = name.split('.');
    const value =
      attribute.length > 0
        ? attributeOf(resolver, logicalId, attribute.join('.'), path)
        : ref(resolver, name, path);
    return text(value, path);
  });
}

function join(resolver: Resolver, argument: Json, path: string): string {
  const [delimiter, values] = list(argument, path);
  const parts = list(resolver.resolve(required(values, path), path), path);
  return parts.map((part) => text(part, path)).join(text(delimiter, path));
}

function split(resolver: Resolver, argument: Json, path: string): Json {
  const [delimiter, value] = list(argument, path);
  return resolveText(resolver, required(value, path), path).split(text(delimiter, path));
}

function select(resolver: Resolver, argument: Json, path: string): Json {
  const [index, values] = list(argument, path);
  const position = Number(resolveText(resolver, required(index, path), path));
  const value = list(resolver.resolve(required(values, path), path), path)[position];
  if (value === undefined) throw new TemplateError(path, `Fn::Select: the list has no element ${position}`);
  return value;
}

function conditional(resolver: Resolver, argument: Json, path: string): Resolved {
  const [name, whenTrue, whenFalse] = list(argument, path);
  const chosen = resolver.condition(text(name, path), path) ? whenTrue : whenFalse;
  return resolver.resolveOptional(required(chosen, path), path);
}

function findInMap(resolver: Resolver, argument: Json, path: string): Json {
  const keys = list(argument, path).map((key) => resolveText(resolver, key, path));
  if (keys.length !== 3) throw new TemplateError(path, 'Fn::FindInMap takes a map and two keys');
  let found: Json = resolver.template.mappings;
  for (const key of keys) {
    const next: Json | undefined = isObject(found) ? found[key] : undefined;
    if (next === undefined)
      throw new TemplateError(path, `Fn::FindInMap finds nothing at ${keys.join(', ')}`);
    found = next;
  }
  return found;
}

function getAvailabilityZones(resolver: Resolver, argument: Json, path: string): Json {
  const named = resolveText(resolver, argument, path);
  const region = named === '' ? resolver.environment.region : named;
  return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html */
function importValue(resolver: Resolver, argument: Json, path: string): string {
  const name = resolveText(resolver, argument, path);
  const { exports = {} } = resolver.environment;
  const value = Object.hasOwn(exports, name) ? exports[name] : undefined;
  if (value !== undefined) return value;
  throw new TemplateError(path, `No export named ${name} found.`);
}

function resolveText(resolver: Resolver, value: Json, path: string): string {
  return text(resolver.resolve(value, path), path);
}

function text(value: Resolved | undefined, path: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(path, 'must be text here');
}

function list(value: Json, path: string): readonly Json[] {
  if (Array.isArray(value)) return value;
  throw new TemplateError(path, 'must be a list here');
}

function required(value: Json | undefined, path: string): Json {
  if (value === undefined) throw new TemplateError(path, 'has too few arguments');
  return value;
}
