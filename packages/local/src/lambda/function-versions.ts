import { randomUUID } from 'node:crypto';
import type { FunctionDefinition } from './definition.ts';
import type { EnvironmentPool } from './environment-pool.ts';
import { versionOf } from './fingerprints.ts';
import type { LiveFunction } from './live-function.ts';

interface KeptVersions {
  /** Numbers are not given twice. */
  readonly lastVersion: number;
  readonly versions: readonly KeptVersion[];
}

interface KeptVersion {
  readonly definition: FunctionDefinition;
  readonly lastModifiedMs: number;
  /** By which a change of the function is told. */
  readonly fingerprint?: string;
}

const NONE: KeptVersions = { lastVersion: 0, versions: [] };

/** The versions of functions, which stay as they were published. */
export class FunctionVersions {
  readonly #kept: Map<string, KeptVersions>;
  readonly #createPool: (definition: FunctionDefinition) => EnvironmentPool;
  /** By function and version, once it is asked for. */
  readonly #live = new Map<string, LiveFunction>();

  /** The map outlives the runtime where anything does. */
  constructor(
    kept: Map<string, KeptVersions>,
    createPool: (definition: FunctionDefinition) => EnvironmentPool,
  ) {
    this.#kept = kept;
    this.#createPool = createPool;
  }

  /** The oldest first. */
  of(functionName: string): readonly LiveFunction[] {
    return this.#of(functionName).versions.map((version) => this.#liveOf(version));
  }

  find(functionName: string, version: string): LiveFunction | undefined {
    return this.of(functionName).find(({ definition }) => definition.version === version);
  }

  /** The last version of a function that has not changed since then. */
  publishedOf({ definition }: LiveFunction): LiveFunction | undefined {
    const last = this.#of(definition.functionName).versions.at(-1);
    return last?.fingerprint === versionOf(definition) ? this.#liveOf(last) : undefined;
  }

  /** The number that the next version of a function gets. */
  next(functionName: string): number {
    return this.#of(functionName).lastVersion + 1;
  }

  /**
   * Publishes a function as it is. What belongs to a qualifier is not the version's: its policy, its concurrency, its
   * settings of asynchronous invocations.
   */
  publish(
    { definition }: LiveFunction,
    description: string | undefined,
    lastModifiedMs: number,
  ): LiveFunction {
    const { permissions: _, reservedConcurrency: __, async: ___, tags: ____, ...rest } = definition;
    const kept = this.#of(definition.functionName);
    const lastVersion = this.next(definition.functionName);
    const told = { ...definition.told, ...(description === undefined ? {} : { Description: description }) };
    const version = {
      definition: { ...rest, told, version: String(lastVersion) },
      lastModifiedMs,
      fingerprint: versionOf(definition),
    };
    this.#kept.set(definition.functionName, { ...kept, lastVersion, versions: [...kept.versions, version] });
    return this.#liveOf(version);
  }

  /** The one that goes, for its environments to end. */
  removeVersion(functionName: string, version: string): LiveFunction | undefined {
    const gone = this.find(functionName, version);
    const kept = this.#of(functionName);
    const versions = kept.versions.filter(({ definition }) => definition.version !== version);
    this.#kept.set(functionName, { ...kept, versions });
    this.#live.delete(`${functionName}:${version}`);
    return gone;
  }

  /** All of a function; those that have environments. */
  removeAll(functionName: string): readonly LiveFunction[] {
    const gone = this.live.filter(({ definition }) => definition.functionName === functionName);
    for (const { definition } of gone) this.#live.delete(`${functionName}:${definition.version}`);
    this.#kept.delete(functionName);
    return gone;
  }

  /** Those that may have environments. */
  get live(): readonly LiveFunction[] {
    return [...this.#live.values()];
  }

  get definitions(): readonly FunctionDefinition[] {
    return [...this.#kept.values()].flatMap(({ versions }) => versions.map(({ definition }) => definition));
  }

  #of(functionName: string): KeptVersions {
    return this.#kept.get(functionName) ?? NONE;
  }

  #liveOf({ definition, lastModifiedMs }: KeptVersion): LiveFunction {
    const key = `${definition.functionName}:${definition.version}`;
    const there = this.#live.get(key);
    if (there !== undefined) return there;
    const pool = this.#createPool(definition);
    const live = { definition, pool, lastModifiedMs, revisionId: randomUUID() };
    this.#live.set(key, live);
    return live;
  }
}
