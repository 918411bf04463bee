import type { ResourceIdentity } from '../template/resolver.ts';
import {
  type AnyKind,
  KIND_ORDER,
  RESOURCE_KINDS,
  type ResourceKind,
  type StackKeepers,
} from '../template/resource-kinds.ts';
import type { Stack } from '../template/stack.ts';

/** One thing that a keeper makes for a stack; some resources of a template come to none, some to two. */
export interface Unit {
  readonly kind: ResourceKind;
  /** What it is called among those of its kind. */
  readonly name: string;
  /** JSON of all that it is, by which a change is told. */
  readonly state: string;
  put(keepers: StackKeepers): Promise<void>;
  remove(keepers: StackKeepers): Promise<void>;
  /** Undefined where its keeper does not tell. */
  isThere(keepers: StackKeepers): Promise<boolean | undefined>;
}

/** The things that a stack is made of, by {@link unitKey}. */
export function unitsOf(stack: Stack): ReadonlyMap<string, Unit> {
  const units = KIND_ORDER.flatMap((kind) => ofKind(kind, stack));
  return new Map(units.map((unit) => [unitKey(unit), unit]));
}

function ofKind<K extends ResourceKind>(kind: K, stack: Stack): readonly Unit[] {
  const { of, nameOf } = RESOURCE_KINDS[kind] as AnyKind<K>;
  return of(stack).map((resource) => ({
    kind,
    name: nameOf(resource),
    state: JSON.stringify(resource),
    put: (keepers) => keepers[kind].put(resource),
    remove: (keepers) => keepers[kind].remove(resource),
    isThere: async (keepers) => keepers[kind].has?.(resource),
  }));
}

/** The key of a thing among all. */
export const unitKey = ({ kind, name }: Pick<Unit, 'kind' | 'name'>): string => `${kind}/${name}`;

/** The keys of the things that a template's resource may come to; `identity` is not asked for where it comes to none. */
export function unitKeysFor(type: string, identity: () => ResourceIdentity): readonly string[] {
  return KIND_ORDER.flatMap((kind) => {
    const { type: ownType, nameBy = ({ name }: ResourceIdentity) => name } = RESOURCE_KINDS[kind] as AnyKind;
    return ownType === type ? [unitKey({ kind, name: nameBy(identity()) })] : [];
  });
}
