import { AwsError } from '../aws.ts';
import type { OffsetClock } from '../clock.ts';
import type { Collections } from '../data/collections.ts';
import { assertRunnable, type FunctionDefinition } from './definition.ts';
import type { EnvironmentPool, IdleLimits } from './environment-pool.ts';
import { environmentOf } from './fingerprints.ts';
import { LATEST, parseFunctionReference } from './function-name.ts';
import { exitedPayload, failure } from './invocation.ts';
import { KeptChanges } from './kept-changes.ts';
import type { LiveFunction } from './live-function.ts';
import { isolatePackage } from './package-isolation.ts';

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
  readonly #changes: KeptChanges<FunctionDefinition>;

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
