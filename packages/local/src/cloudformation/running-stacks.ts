import { AwsError } from '../aws.ts';
import type { ObjectStore, RuntimeLog } from '../contracts.ts';
import type { CodeStore } from '../package/code-store.ts';
import { exportsOf } from '../template/read-stack.ts';
import type { StackEnvironment } from '../template/resolver.ts';
import type { ResourceKind, StackKeepers } from '../template/resource-kinds.ts';
import type { CodeLocation, Stack } from '../template/stack.ts';
import type { Step } from './apply.ts';
import {
  codeKey,
  type NeededCode,
  NO_RESOURCES,
  neededCode,
  type Plan,
  type PlannedResource,
  readPlan,
} from './plan.ts';
import type { Deployment, StackRecord, UnzippedArchive } from './stack-record.ts';
import type { StackStore } from './stack-store.ts';
import { unitKey } from './units.ts';

interface FetchedCode {
  /** By `codeKey`. */
  readonly code: Readonly<Record<string, UnzippedArchive>>;
  /** Why a resource's code is not to be had, by logical id. */
  readonly missing: ReadonlyMap<string, Error>;
}

/** Where code comes from. */
export interface CodeSources {
  readonly store: CodeStore;
  readonly objects: Pick<ObjectStore, 'read'>;
}

/**
 * Fetches code that is not there yet. As on AWS, an object that is another one now is not looked at again: CloudFormation
 * goes by where the code is, not by what it is.
 */
async function fetchCode(
  sources: CodeSources,
  needed: readonly NeededCode[],
  known: Readonly<Record<string, UnzippedArchive>>,
): Promise<FetchedCode> {
  const code: Record<string, UnzippedArchive> = {};
  const missing = new Map<string, Error>();
  for (const { logicalId, location } of needed) {
    const key = codeKey(location);
    try {
      code[key] ??= known[key] ?? (await fetchOne(sources, location));
    } catch (error) {
      missing.set(logicalId, error instanceof Error ? error : new Error(String(error)));
    }
  }
  return { code, missing };
}

async function fetchOne({ store, objects }: CodeSources, location: CodeLocation): Promise<UnzippedArchive> {
  // As Lambda names it: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
  if ('zipFile' in location) return { directory: await store.file('index.js', location.zipFile) };
  const archive = await read(objects, location.bucketName, location.key);
  try {
    const { directory, ...known } = await store.unzip(archive);
    return { directory, archive: known };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Could not unzip uploaded file. Please check your file, then try to upload again. (${reason})`,
      {
        cause,
      },
    );
  }
}

async function read(objects: CodeSources['objects'], bucketName: string, key: string) {
  try {
    return await objects.read(bucketName, key);
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    throw new Error(
      `Error occurred while GetObject. S3 Error Code: ${cause.code}. S3 Error Message: ${cause.message} (${bucketName}/${key})`,
      { cause },
    );
  }
}

interface RunningStacksOptions {
  readonly store: StackStore;
  readonly keepers: StackKeepers;
  readonly code: CodeSources;
  readonly region: string;
  readonly accountId: string;
  readonly endpointUrl: string;
  readonly log: RuntimeLog;
  /** The kinds of resources of which an earlier runtime has left what it had. */
  readonly keptKinds: ReadonlySet<ResourceKind>;
}

/** Resources by logical id; a second one of the same logical id, which another has replaced, has a key of its own. */
export type Resources = ReadonlyMap<string, PlannedResource>;

/** A deployment that was read, and whose code was fetched. */
export interface Prepared {
  readonly deployment: Deployment;
  readonly plan: Plan;
  /** Why a resource's code is not to be had, by logical id. */
  readonly missingCode: ReadonlyMap<string, Error>;
}

/** What the stacks are made of at the moment. */
export class RunningStacks {
  readonly store: StackStore;
  readonly keptKinds: ReadonlySet<ResourceKind>;
  readonly #options: RunningStacksOptions;
  /** By stack id. */
  readonly #resources = new Map<string, Resources>();
  readonly #stacks = new Map<string, Stack>();

  constructor(options: RunningStacksOptions) {
    this.#options = options;
    this.store = options.store;
    this.keptKinds = options.keptKinds;
  }

  /** Where a stack is, with what others export. */
  environmentOf(stack: Pick<StackRecord, 'stackName' | 'stackId'>): Omit<StackEnvironment, 'parameters'> {
    const { region, accountId, endpointUrl } = this.#options;
    const { stackName, stackId } = stack;
    return { region, accountId, endpointUrl, stackName, stackId, exports: this.#exportsBut(stackId) };
  }

  /** Reads a deployment. Throws `TemplateError`. */
  plan(stack: Pick<StackRecord, 'stackName' | 'stackId'>, deployment: Deployment): Plan {
    return readPlan(deployment, this.environmentOf(stack));
  }

  /** Reads a deployment, and fetches the code that it needs. Throws `TemplateError`. */
  async prepare(record: StackRecord, deployment: Deployment): Promise<Prepared> {
    const needed = neededCode(deployment, this.environmentOf(record));
    const known = { ...record.deployed?.code, ...deployment.code };
    const { code, missing } = await fetchCode(this.#options.code, needed, known);
    const complete = { ...deployment, code };
    this.store.change(record.stackId, { pending: complete });
    return { deployment: complete, plan: this.plan(record, complete), missingCode: missing };
  }

  /** The names of other stacks' exports that a stack uses. */
  imports(record: StackRecord): ReadonlySet<string> {
    return record.deployed === undefined ? new Set() : this.plan(record, record.deployed).imports;
  }

  /** What a stack is made of. */
  resourcesOf(stackId: string): Resources {
    return this.#resources.get(stackId) ?? NO_RESOURCES;
  }

  /** What the stacks run, in the order in which they were created. */
  stacks(): readonly { readonly stackName: string; readonly stack: Stack }[] {
    return this.store.live().flatMap(({ stackId, stackName }) => {
      const stack = this.#stacks.get(stackId);
      return stack === undefined ? [] : [{ stackName, stack }];
    });
  }

  /** What may be there of a stack: what it was deployed as, and what is of a deployment that did not come to its end. */
  readResources(record: StackRecord): Resources {
    const { deployed, pending, replaced, resources } = record;
    const read = (deployment: Deployment | undefined) =>
      deployment === undefined ? NO_RESOURCES : this.plan(record, deployment).resources;
    const others = [...read(pending).values(), ...read(replaced).values()];
    return union(
      read(deployed),
      others.filter(({ logicalId }) => resources[logicalId] !== undefined),
    );
  }

  /** How to change a stack's resources; `prepared` is what it is to become. */
  step(stackId: string, prepared?: Prepared): Step {
    const records = Object.values(this.store.get(stackId).resources);
    const owned = new Set(
      records.filter(({ status }) => status !== 'CREATE_FAILED').map(({ physicalId }) => physicalId),
    );
    return {
      keepers: this.#options.keepers,
      journal: this.store.journal(stackId, false),
      owns: (physicalId) => owned.has(physicalId),
      check: (resource) => {
        const missing = prepared?.missingCode.get(resource.logicalId);
        if (missing !== undefined) throw missing;
        this.#assertNobodyElses(stackId, resource);
      },
    };
  }

  /** How to make what is there already, as far as anybody knows. */
  silentStep(): Step {
    return {
      keepers: this.#options.keepers,
      journal: { note: () => undefined, forget: () => undefined },
      ...this.startingStep(),
    };
  }

  /** What belongs to a step when the runtime starts, be it silent or not. */
  startingStep(): Required<Pick<Step, 'onGone'>> {
    return {
      onGone: ({ logicalId, physicalId }) =>
        this.#options.log.warn(
          `${logicalId} is made again: a call has removed ${physicalId}, which the stack has`,
        ),
    };
  }

  /** The stack is what was to be deployed. */
  complete(stackId: string, { plan, deployment }: Omit<Prepared, 'missingCode'>): void {
    const { pending: _, description: __, ...record } = this.store.get(stackId);
    const { description } = plan.template;
    const { deployed: replaced = record.replaced } = record;
    this.store.put({
      ...record,
      deployed: deployment,
      ...(replaced !== undefined && { replaced }),
      outputs: plan.outputs,
      ...(description !== undefined && { description }),
    });
    this.remember(stackId, plan.resources, plan.stack);
  }

  /** Nothing is left of what the stack was before. */
  cleanedUp(stackId: string): void {
    const { replaced: _, ...record } = this.store.get(stackId);
    this.store.put(record);
  }

  /** @param stack absent where what the stack runs is as before */
  remember(stackId: string, resources: Resources, stack?: Stack): void {
    this.#resources.set(stackId, resources);
    if (stack !== undefined) this.#stacks.set(stackId, stack);
  }

  /** The stack has nothing any longer. */
  forget(stackId: string): void {
    this.#resources.delete(stackId);
    this.#stacks.delete(stackId);
    const { deployed: _, pending: __, replaced: ___, ...record } = this.store.get(stackId);
    this.store.put({ ...record, outputs: [] });
  }

  /** On AWS, names are unique in an account. */
  #assertNobodyElses(stackId: string, { physicalId, units }: PlannedResource): void {
    for (const [otherId, resources] of this.#resources) {
      if (otherId === stackId) continue;
      const theirs = new Set([...resources.values()].flatMap((resource) => resource.units.map(unitKey)));
      if (!units.some((unit) => theirs.has(unitKey(unit)))) continue;
      throw new Error(`${physicalId} already exists in stack ${otherId}`);
    }
  }

  #exportsBut(stackId: string): Readonly<Record<string, string>> {
    const outputs = this.store.live().flatMap((record) => (record.stackId === stackId ? [] : record.outputs));
    return Object.fromEntries(exportsOf(outputs));
  }
}

/** Adds resources that came of another deployment, unless they are the same. */
export function union(resources: Resources, others: readonly PlannedResource[]): Resources {
  const all = new Map(resources);
  for (const resource of others) {
    const { logicalId, physicalId } = resource;
    const known = all.get(logicalId);
    if (known === undefined) all.set(logicalId, resource);
    else if (known.physicalId !== physicalId) all.set(`${logicalId} ${physicalId}`, resource);
  }
  return all;
}
