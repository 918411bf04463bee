import { type ResourceKind, resourcesOf, type StackKeepers } from '../../src/stacks/keepers.ts';
import type { Stack } from '../../src/template/stack.ts';
import { EMPTY_STACK } from './empty-stack.ts';

/** Puts the resources of a stack, those first that others refer to. */
export async function putResources(keepers: Partial<StackKeepers>, stack: Partial<Stack>): Promise<void> {
  const resources = resourcesOf({ ...EMPTY_STACK, ...stack });
  const putAll = async <K extends ResourceKind>(kind: K) => {
    for (const resource of resources[kind]) await keepers[kind]?.put(resource);
  };
  for (const kind of Object.keys(resources) as ResourceKind[]) await putAll(kind);
}
