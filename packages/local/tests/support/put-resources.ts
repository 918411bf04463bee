import {
  type AnyKind,
  KIND_ORDER,
  RESOURCE_KINDS,
  type ResourceKind,
  type StackKeepers,
} from '../../src/template/resource-kinds.ts';
import type { Stack } from '../../src/template/stack.ts';
import { EMPTY_STACK } from './empty-stack.ts';

/** Puts the resources of a stack, those first that others refer to. */
export async function putResources(keepers: Partial<StackKeepers>, stack: Partial<Stack>): Promise<void> {
  const whole = { ...EMPTY_STACK, ...stack };
  const putAll = async <K extends ResourceKind>(kind: K) => {
    const { of } = RESOURCE_KINDS[kind] as AnyKind<K>;
    for (const resource of of(whole)) await keepers[kind]?.put(resource);
  };
  for (const kind of KIND_ORDER) await putAll(kind);
}
