import {
  arnOf,
  NO_VALUE,
  PARTITION,
  type Resolved,
  type Resolver,
  type StackEnvironment,
  URL_SUFFIX,
} from './resolver.ts';
import { isObject, type Json, type JsonObject, TemplateError } from './template.ts';

/**
 * What a pseudo parameter is on the laptop; `undefined` for names that are none.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
 */
function pseudoParameter(environment: StackEnvironment, name: string): Resolved | undefined {
  const { accountId, region, stackName } = environment;
  switch (name) {
    case 'AWS::AccountId':
      return accountId;
    case 'AWS::NoValue':
      return NO_VALUE;
    case 'AWS::NotificationARNs':
      return [];
    case 'AWS::Partition':
      return PARTITION;
    case 'AWS::Region':
      return region;
    case 'AWS::StackId':
      return environment.stackId ?? arnOf(environment, 'cloudformation', `stack/${stackName}/local`);
    case 'AWS::StackName':
      return stackName;
    case 'AWS::URLSuffix':
      return URL_SUFFIX;
    default:
      return undefined;
  }
}

/** A parameter's value: the one given, else its default. `undefined` where the template has no such parameter. */
function templateParameter(resolver: Resolver, name: string, path: string): Json | undefined {
  const parameter = resolver.template.parameters[name];
  if (!isObject(parameter)) return undefined;
  const value = resolver.environment.parameters?.[name] ?? parameter['Default'];
  if (value === undefined)
    throw new TemplateError(path, `parameter ${name} has neither a value nor a Default`);
  const type = String(parameter['Type']);
  if (type.startsWith('AWS::SSM::')) {
    throw new TemplateError(
      path,
      `parameter ${name} is read from SSM on AWS: give the laptop runtime its value`,
    );
  }
  const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
  return isList
    ? String(value)
        .split(',')
        .map((one) => one.trim())
    : String(value);
}

/** `${Name}`, `${Name.Attribute}`, `${AWS::Region}`, or `${!Literal}`. */
const PLACEHOLDER = /\$\{\s*(!?)([^}]*?)\s*\}/g;

/**
 * Replaces the placeholders of `Fn::Sub`; `${!Name}` stands for the text `${Name}`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
 */
export function substitute(pattern: string, resolveName: (name: string) => string): string {
  return pattern.replace(PLACEHOLDER, (_placeholder, literal: string, name: string) =>
    literal === '!' ? `\${${name}}` : resolveName(name),
  );
}

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

/** `{ "Fn::X": argument }` or `{ "Ref": argument }`: an object of that one key. `undefined` for any other object. */
export function findIntrinsic(
  object: JsonObject,
): { readonly name: string; readonly argument: JsonObject[string] } | undefined {
  const [entry, ...others] = Object.entries(object);
  if (entry === undefined || others.length > 0) return undefined;
  const [name, argument] = entry;
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument } : undefined;
}

const CONDITION_FUNCTIONS = ['Fn::And', 'Fn::Or', 'Fn::Not', 'Fn::Equals'] as const;

/**
 * Evaluates a condition: `Fn::And`, `Fn::Or`, `Fn::Not`, `Fn::Equals`, `Condition`. Throws {@link TemplateError}.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
 */
export function resolveCondition(resolver: Resolver, condition: Json, path: string): boolean {
  const [name, argument = null] = isObject(condition) ? (Object.entries(condition)[0] ?? []) : [];
  switch (name) {
    case 'Condition':
      return resolver.condition(String(argument), path);
    case 'Fn::Equals':
      return areEqual(resolver, argument, `${path}.Fn::Equals`);
    case 'Fn::And':
      return operands(resolver, argument, `${path}.Fn::And`).every((holds) => holds);
    case 'Fn::Or':
      return operands(resolver, argument, `${path}.Fn::Or`).some((holds) => holds);
    case 'Fn::Not': {
      const [holds, ...others] = operands(resolver, argument, `${path}.Fn::Not`);
      if (holds === undefined || others.length > 0)
        throw new TemplateError(path, 'Fn::Not takes one condition');
      return !holds;
    }
    default:
      throw new TemplateError(path, `is not a condition (${CONDITION_FUNCTIONS.join(', ')}, Condition)`);
  }
}

function operands(resolver: Resolver, argument: Json, path: string): readonly boolean[] {
  if (!Array.isArray(argument)) throw new TemplateError(path, 'takes a list of conditions');
  return argument.map((one: Json, index) => resolveCondition(resolver, one, `${path}[${index}]`));
}

function areEqual(resolver: Resolver, argument: Json, path: string): boolean {
  const values = resolver.resolve(argument, path);
  if (!Array.isArray(values) || values.length !== 2)
    throw new TemplateError(path, 'takes a list of two values');
  // CloudFormation compares as text: a parameter's "1" equals a literal 1.
  const [one, other] = values.map((value: Json) => (isScalar(value) ? String(value) : JSON.stringify(value)));
  return one === other;
}

function isScalar(value: Json): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
