import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { identify, isIdentified } from '../template/identify.ts';
import { isWithoutEffect, type Output, readOutputs, readStack } from '../template/read-stack.ts';
import { createResolver, fieldsOf, isPresent, resolveProperties } from '../template/resolved-resource.ts';
import type { Resolver, ResourceIdentity, StackEnvironment } from '../template/resolver.ts';
import { type CodeLocation, codeLocationOf, type Stack } from '../template/stack.ts';
import {
  isObject,
  type Json,
  type JsonObject,
  parseTemplate,
  type RetentionPolicy,
  type Template,
  type TemplateResource,
} from '../template/template.ts';
import type { Deployment, ResourceChange } from './stack-record.ts';
import { type Unit, unitKeysFor, unitsOf } from './units.ts';

/** A resource as a deployment wants it. */
export interface PlannedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  /** Resolved, but where it has no effect here: then as written. */
  readonly properties: JsonObject;
  readonly deletionPolicy: RetentionPolicy;
  readonly updateReplacePolicy: RetentionPolicy;
  /** What keepers make of it. */
  readonly units: readonly Unit[];
}

/** All that a deployment comes to. */
export interface Plan {
  readonly template: Template;
  readonly stack: Stack;
  /** By logical id; what is made first comes first. */
  readonly resources: ReadonlyMap<string, PlannedResource>;
  readonly outputs: readonly Output[];
  /** The names of other stacks' exports that it uses. */
  readonly imports: ReadonlySet<string>;
}

/** Nothing: what there is before a stack is created, and after it is deleted. */
export const NO_RESOURCES: ReadonlyMap<string, PlannedResource> = new Map();

/** Where the code of a deployment is, in the words of its template. */
export function codeKey(code: CodeLocation): string {
  if ('key' in code) return `${code.bucketName}/${code.key}`;
  return `ZipFile ${createHash('sha256').update(code.zipFile).digest('hex')}`;
}

/** Stands for code that nobody has fetched: plans alone are made of it. */
const NOT_FETCHED = '/';

/**
 * Reads what a deployment comes to. Throws `TemplateError` for what the template has wrong and for what the laptop
 * runtime would run otherwise than AWS does.
 */
export function readPlan(
  { template: text, code, parameters }: Deployment,
  environment: Omit<StackEnvironment, 'parameters'>,
): Plan {
  const template = parseTemplate(text);
  const place = { ...environment, parameters };
  const resolver = createResolver(template, place);
  const stack = readStack(text, place, {
    codeDirOf: (location) => code[codeKey(location)]?.directory ?? NOT_FETCHED,
    archiveOf: (location) => code[codeKey(location)]?.archive,
  });
  const units = unitsOf(stack);
  const present = [...template.resources.values()].filter((resource) => isPresent(resolver, resource));
  const planned = present.map((resource) => planOf(resolver, resource, units));
  return {
    template,
    stack,
    resources: new Map(planned.map((resource) => [resource.logicalId, resource])),
    outputs: readOutputs(resolver),
    imports: new Set(
      [...present.map(({ properties }) => properties), template.outputs].flatMap((part) =>
        importsIn(part, resolver),
      ),
    ),
  };
}

function importsIn(value: Json, resolver: Resolver): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => importsIn(item, resolver));
  if (!isObject(value)) return [];
  const name = value['Fn::ImportValue'];
  if (name !== undefined) return [String(resolver.resolve(name, 'Fn::ImportValue'))];
  return Object.values(value).flatMap((item) => importsIn(item, resolver));
}

function planOf(
  resolver: Resolver,
  resource: TemplateResource,
  units: ReadonlyMap<string, Unit>,
): PlannedResource {
  const { logicalId, type, deletionPolicy, updateReplacePolicy } = resource;
  const identity = (): ResourceIdentity =>
    isIdentified(type) ? identify(resolver, resource) : generated(resolver, logicalId);
  return {
    logicalId,
    type,
    physicalId: identity().ref,
    properties: isWithoutEffect(type) ? resource.properties : resolveProperties(resolver, resource),
    deletionPolicy,
    updateReplacePolicy,
    units: unitKeysFor(type, identity).flatMap((key) => units.get(key) ?? []),
  };
}

/** What CloudFormation makes up for resources that have no name. */
function generated({ environment: { stackName } }: Resolver, logicalId: string): ResourceIdentity {
  const hash = createHash('sha256').update(`${stackName}\n${logicalId}`).digest('hex');
  const name = `${stackName}-${logicalId}-${hash.slice(0, 12).toUpperCase()}`;
  return { name, ref: name, attributes: {} };
}

const CODE_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'Code',
  'AWS::Lambda::LayerVersion': 'Content',
};

/** Whose code a deployment needs. */
export interface NeededCode {
  readonly logicalId: string;
  readonly location: CodeLocation;
}

/** What code a deployment needs, whether or not it has been fetched. Throws `TemplateError`. */
export function neededCode(
  { template: text, parameters }: Pick<Deployment, 'template' | 'parameters'>,
  environment: Omit<StackEnvironment, 'parameters'>,
): readonly NeededCode[] {
  const template = parseTemplate(text);
  const resolver = createResolver(template, { ...environment, parameters });
  return [...template.resources.values()].flatMap((resource) => {
    const property = CODE_PROPERTIES[resource.type];
    if (property === undefined || !isPresent(resolver, resource)) return [];
    const path = `Resources.${resource.logicalId}.Properties`;
    const code: Json | undefined = resource.properties[property];
    const resolved = code === undefined ? {} : { [property]: resolver.resolve(code, `${path}.${property}`) };
    const location = codeLocationOf(fieldsOf(resolved, path).object(property));
    return [{ logicalId: resource.logicalId, location }];
  });
}

type Resources = ReadonlyMap<string, PlannedResource>;

/** Whether CloudFormation would change the resource: its properties or policies differ, or it is another one. */
export function isChanged(before: PlannedResource | undefined, after: PlannedResource): boolean {
  return (
    before === undefined ||
    before.type !== after.type ||
    before.physicalId !== after.physicalId ||
    before.deletionPolicy !== after.deletionPolicy ||
    before.updateReplacePolicy !== after.updateReplacePolicy ||
    !isDeepStrictEqual(before.properties, after.properties)
  );
}

/** Whether any keeper would have something to do, be it for a resource that belongs to this one. */
export function isMadeAnew(before: PlannedResource | undefined, after: PlannedResource): boolean {
  return !isDeepStrictEqual(
    before?.units.map(({ state }) => state) ?? [],
    after.units.map(({ state }) => state),
  );
}

/** Whether the retention policy leaves what it is said of. */
export const isRetained = (policy: PlannedResource['deletionPolicy']): boolean =>
  policy === 'Retain' || policy === 'RetainExceptOnCreate';

/** What would be done to come from the one to the other, by logical id: what a change set shows. */
export function changesBetween(before: Resources, after: Resources): readonly ResourceChange[] {
  const removed = [...before.values()].filter(({ logicalId }) => !after.has(logicalId)).map(removal);
  const others = [...after.values()].flatMap((resource) =>
    changeOf(before.get(resource.logicalId), resource),
  );
  return [...others, ...removed].sort((one, other) => (one.logicalId < other.logicalId ? -1 : 1));
}

function removal({ logicalId, physicalId, type, deletionPolicy }: PlannedResource): ResourceChange {
  const policyAction = isRetained(deletionPolicy) ? 'Retain' : 'Delete';
  return { action: 'Remove', logicalId, physicalId, type, properties: [], policyAction };
}

function changeOf(before: PlannedResource | undefined, after: PlannedResource): readonly ResourceChange[] {
  const { logicalId, type } = after;
  if (before === undefined) return [{ action: 'Add', logicalId, type, properties: [] }];
  if (!isChanged(before, after)) return [];
  const isReplaced = before.type !== type || before.physicalId !== after.physicalId;
  const change = {
    action: 'Modify',
    logicalId,
    physicalId: before.physicalId,
    type,
    properties: changedProperties(before, after),
  } as const;
  if (!isReplaced) return [{ ...change, replacement: 'False' }];
  const policyAction = isRetained(after.updateReplacePolicy) ? 'ReplaceAndRetain' : 'ReplaceAndDelete';
  return [{ ...change, replacement: 'True', policyAction }];
}

function changedProperties(before: PlannedResource, after: PlannedResource): readonly string[] {
  const names = new Set([...Object.keys(before.properties), ...Object.keys(after.properties)]);
  return [...names]
    .filter((name) => !isDeepStrictEqual(before.properties[name], after.properties[name]))
    .sort();
}
