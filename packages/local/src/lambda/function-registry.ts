import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AwsError } from '../aws.ts';
import type { OffsetClock } from '../clock.ts';
import type { Collections } from '../data/collections.ts';
import {
  type FunctionDefinition,
  isQueueArn,
  LATEST,
  nodeMajor,
  notRunnable,
  parseFunctionReference,
  permits,
} from './definition.ts';
import type { EnvironmentPool, IdleLimits } from './environment-pool.ts';
import { assertEnvironment } from './environment-variables.ts';
import { exitedPayload, failure } from './invocation.ts';

const OF_ENVIRONMENT = [
  'code',
  'codeDir',
  'environment',
  'handler',
  'layers',
  'logging',
  'memoryMb',
  'runtime',
  'timeoutMs',
] as const satisfies readonly (keyof FunctionDefinition)[];

/** What makes an environment: one that has other values is no longer the function's. */
const environmentOf = (definition: FunctionDefinition): string =>
  JSON.stringify(OF_ENVIRONMENT.map((name) => definition[name] ?? null));

/**
 * On Lambda nothing lies above a package, so that files of a package without a package.json are CommonJS.
 * On the laptop, Node.js would take the `"type"` of whatever project the unzipped package lies in; an empty
 * package.json at the package's root ends its search there. `codeDir` is the runtime's own copy.
 */
function isolatePackage(codeDir: string): void {
  const manifest = join(codeDir, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, '{}\n');
}

/** Extensions run beside the function; programs and libraries are found by the paths of Lambda's system. */
const UNUSABLE_LAYER_PARTS = ['extensions', 'bin', 'lib'];

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_LAYERS = 5;

/** Throws `InvalidParameterValueException` for what the laptop runtime would run otherwise than AWS does. */
export function assertRunnable(definition: FunctionDefinition): void {
  nodeMajor(definition);
  const { layers = [] } = definition;
  if (layers.length > MAX_LAYERS) throw notRunnable(`Cannot reference more than ${MAX_LAYERS} layers.`);
  for (const { arn, directory } of layers) {
    const unusable = UNUSABLE_LAYER_PARTS.find((part) => existsSync(join(directory, part)));
    if (unusable === undefined) continue;
    throw notRunnable(
      `The layer ${arn} of function ${definition.functionName} has a directory ${unusable}/, which the laptop runtime has no use for: it runs only what layers hold for Node.js, in nodejs/.`,
    );
  }
  assertEnvironment(definition.environment);
  const arn = definition.async?.onFailure;
  if (arn === undefined || isQueueArn(arn)) return;
  throw notRunnable(
    `The provided destination config DestinationArn ${arn} of function ${definition.functionName} is invalid: it must be the ARN of an SQS queue that is not FIFO, to which alone the laptop runtime sends.`,
  );
}

/** A function that calls have changed after a stack had made it. */
interface Kept {
  readonly resource: FunctionDefinition;
  readonly lastModifiedMs: number;
  /** As the stack has it, as JSON text; absent for one of no stack. */
  readonly ofStack?: string;
}

/**
 * What calls have changed of functions, by name. What they have changed of a stack's stays while the stack
 * says the same as before, as on AWS; once it says something else, that is what holds.
 */
class KeptChanges {
  readonly #kept: Map<string, Kept>;
  /** What stacks have said last, as JSON text. */
  readonly #ofStacks = new Map<string, string>();

  /** The map outlives the runtime where anything does. */
  constructor(kept: Map<string, Kept>) {
    this.#kept = kept;
  }

  get all(): readonly Kept[] {
    return [...this.#kept.values()];
  }

  /** Whether a stack's function is the one that it was, so that nothing has to be done if that is there. */
  isAsBefore(name: string, resource: FunctionDefinition): boolean {
    const before = this.#kept.get(name)?.ofStack ?? this.#ofStacks.get(name);
    return before === JSON.stringify(resource);
  }

  /** What calls have made of a stack's function; undefined where they have changed nothing. */
  changed(name: string, resource: FunctionDefinition): Kept | undefined {
    return this.isAsBefore(name, resource) ? this.#kept.get(name) : undefined;
  }

  /** A stack has made its function, or changed it. */
  madeByStack(name: string, resource: FunctionDefinition): void {
    if (this.changed(name, resource) === undefined) this.#kept.delete(name);
    this.#ofStacks.set(name, JSON.stringify(resource));
  }

  /** A call has. */
  madeByCall(name: string, resource: FunctionDefinition, lastModifiedMs: number): void {
    const ofStack = this.#ofStacks.get(name);
    this.#kept.set(name, { resource, lastModifiedMs, ...(ofStack === undefined ? {} : { ofStack }) });
  }

  remove(name: string): void {
    this.#kept.delete(name);
    this.#ofStacks.delete(name);
  }
}

/** A function that is there. */
export interface LiveFunction {
  readonly definition: FunctionDefinition;
  readonly pool: EnvironmentPool;
  readonly lastModifiedMs: number;
}

export interface FunctionRegistryOptions {
  readonly region: string;
  readonly accountId: string;
  readonly clock: OffsetClock;
  /** Keeps what calls change of functions. */
  readonly collections: Collections;
  /** A pool for a function, of which `limit` tells how many environments there may be. */
  createPool(definition: FunctionDefinition, limit: () => number): EnvironmentPool;
  /** Of one function at once. */
  readonly maxEnvironments: number;
}

/** The functions that there are. Changes are for invocations that begin afterwards. */
export class FunctionRegistry {
  readonly #options: FunctionRegistryOptions;
  readonly #functions = new Map<string, LiveFunction>();
  readonly #retired = new Set<EnvironmentPool>();
  readonly #changes: KeptChanges;

  constructor(options: FunctionRegistryOptions) {
    this.#options = options;
    this.#changes = new KeptChanges(options.collections.open('functions'));
  }

  /** In the order of their names. */
  get all(): readonly LiveFunction[] {
    return [...this.#functions.values()].sort(({ definition: one }, { definition: other }) =>
      one.functionName < other.functionName ? -1 : 1,
    );
  }

  get(functionName: string): LiveFunction | undefined {
    return this.#functions.get(functionName);
  }

  /** Takes a name, a partial ARN or an ARN; there are no versions but $LATEST. Throws `ResourceNotFoundException`. */
  find(reference: string): LiveFunction {
    const here = this.#options;
    const {
      functionName,
      region = here.region,
      accountId = here.accountId,
      qualifier = LATEST,
    } = parseFunctionReference(reference);
    const found = this.get(functionName);
    const isHere = region === here.region && accountId === here.accountId && qualifier === LATEST;
    if (found !== undefined && isHere) return found;
    const arn = `arn:aws:lambda:${region}:${accountId}:function:${functionName}`;
    const qualified = qualifier === LATEST ? arn : `${arn}:${qualifier}`;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${qualified}`, 404);
  }

  /** Whether the resource policy of a function lets a service's principal invoke it for a resource, such as a rule. */
  mayInvoke(functionArn: string, principal: string, sourceArn: string): boolean {
    const { accountId } = this.#options;
    const live = this.all.find(({ definition }) => definition.arn === functionArn);
    const { permissions = [] } = live?.definition ?? {};
    return permissions.some((permission) => permits(permission, { principal, sourceArn, accountId }));
  }

  /**
   * Makes a function of a stack, or changes it into this one. What calls have changed of it stays while the stack says
   * the same as before, as on AWS.
   */
  putOfStack(definition: FunctionDefinition): void {
    const { functionName } = definition;
    if (this.#changes.isAsBefore(functionName, definition) && this.#functions.has(functionName)) return;
    const changed = this.#changes.changed(functionName, definition);
    this.#deploy(changed?.resource ?? definition, changed?.lastModifiedMs ?? this.#options.clock.now());
    this.#changes.madeByStack(functionName, definition);
  }

  /** Changes a function for a call. */
  put(definition: FunctionDefinition): LiveFunction {
    const lastModifiedMs = this.#options.clock.now();
    const live = this.#deploy(definition, lastModifiedMs);
    this.#changes.madeByCall(definition.functionName, definition, lastModifiedMs);
    return live;
  }

  /** What has not begun of its invocations fails; what runs is done. */
  remove(functionName: string): void {
    const live = this.#functions.get(functionName);
    this.#functions.delete(functionName);
    this.#changes.remove(functionName);
    if (live === undefined) return;
    for (const waiting of this.#retire(live.pool)) {
      if (waiting.claim()) waiting.complete(failure(exitedPayload(waiting.requestId, 0)));
    }
  }

  reap(limits: IdleLimits): void {
    for (const { pool } of this.#functions.values()) pool.reap(limits);
  }

  /** Absolute paths of the code that runs, or may. */
  codeDirectories(): ReadonlySet<string> {
    const kept = this.#changes.all.map(({ resource }) => resource);
    const all = [...this.all.map(({ definition }) => definition), ...kept];
    return new Set(
      all.flatMap(({ codeDir, layers = [] }) => [codeDir, ...layers.map(({ directory }) => directory)]),
    );
  }

  async close(): Promise<void> {
    const pools = [...this.#functions.values()].map(({ pool }) => pool);
    await Promise.all([...pools, ...this.#retired].map((pool) => pool.close()));
  }

  #deploy(definition: FunctionDefinition, lastModifiedMs: number): LiveFunction {
    assertRunnable(definition);
    isolatePackage(definition.codeDir);
    const { functionName } = definition;
    const before = this.#functions.get(functionName);
    const isSame = before !== undefined && environmentOf(before.definition) === environmentOf(definition);
    const pool = isSame ? before.pool : this.#createPool(definition);
    const live: LiveFunction = { definition, pool, lastModifiedMs };
    this.#functions.set(functionName, live);
    if (before !== undefined && !isSame) {
      for (const waiting of this.#retire(before.pool)) pool.run(waiting);
    }
    return live;
  }

  #createPool(definition: FunctionDefinition): EnvironmentPool {
    const { createPool, maxEnvironments } = this.#options;
    const { functionName } = definition;
    const reserved = () => this.#functions.get(functionName)?.definition.reservedConcurrency;
    return createPool(definition, () => Math.min(maxEnvironments, reserved() ?? maxEnvironments));
  }

  #retire(pool: EnvironmentPool) {
    this.#retired.add(pool);
    void pool.empty.then(() => this.#retired.delete(pool));
    return pool.retire();
  }
}
