import { AwsError } from '../aws.ts';
import type { Collections } from '../data/collections.ts';
import type { Stack } from '../template/stack.ts';
import {
  RESOURCE_NAMES,
  type ResourceKind,
  resourcesOf,
  type StackKeepers,
  type StackResources,
} from './keepers.ts';

/** Kinds whose resources a data directory keeps: they stay as calls have left them while the template says the same. */
const KEPT: ReadonlySet<ResourceKind> = new Set([
  'buckets',
  'eventArchives',
  'eventBuses',
  'eventRules',
  'logGroups',
  'policies',
  'queryDefinitions',
  'queues',
  'tables',
  'thingGroups',
  'things',
  'thingTypes',
  'topicRules',
]);

/** Of these, the kinds that hold nothing: they go when the template no longer has them. */
const REMOVED: readonly ResourceKind[] = ['eventRules', 'topicRules', 'queryDefinitions'];

export interface PutStackOptions {
  /** Knows what has been put, where resources are kept. */
  readonly collections: Collections;
  /** Whether tables are among what is kept: not so those of an engine that is not the runtime's. */
  readonly tablesAreKept: boolean;
}

/**
 * Makes the resources of a stack, those first that others refer to; what an earlier runtime has made of it is changed
 * where the template says something else by now. Rejects with an error that names the resource.
 */
export async function putStack(
  keepers: Partial<StackKeepers>,
  stack: Stack,
  { collections, tablesAreKept }: PutStackOptions,
): Promise<void> {
  const deployed = collections.open<string>('deployedResources');
  const isKept = (kind: ResourceKind) => KEPT.has(kind) && (kind !== 'tables' || tablesAreKept);
  const resources = resourcesOf(stack);
  const keys = new Set<string>();

  async function put<K extends ResourceKind>(kind: K, resource: StackResources[K]): Promise<void> {
    const key = `${kind}/${RESOURCE_NAMES[kind](resource)}`;
    const text = JSON.stringify(resource);
    keys.add(key);
    if (isKept(kind) && deployed.get(key) === text) return;
    await explained(resource, async () => keepers[kind]?.put(resource));
    if (isKept(kind)) deployed.set(key, text);
  }

  async function putAll<K extends ResourceKind>(kind: K): Promise<void> {
    await Promise.all(resources[kind].map((resource) => put(kind, resource)));
  }

  async function removeFormer<K extends ResourceKind>(kind: K): Promise<void> {
    for (const [key, text] of [...deployed]) {
      if (!key.startsWith(`${kind}/`) || keys.has(key)) continue;
      await keepers[kind]?.remove(JSON.parse(text) as StackResources[K]);
      deployed.delete(key);
    }
  }

  for (const kind of Object.keys(resources) as ResourceKind[]) await putAll(kind);
  for (const kind of REMOVED) await removeFormer(kind);
}

async function explained(resource: unknown, put: () => Promise<void>): Promise<void> {
  try {
    await put();
  } catch (cause) {
    const { logicalId } = Object(resource);
    if (!(cause instanceof AwsError) || logicalId === undefined) throw cause;
    throw new Error(`Resources.${logicalId} can't be created: ${cause.message}`, { cause });
  }
}
