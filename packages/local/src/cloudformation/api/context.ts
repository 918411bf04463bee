import type { XmlMembers } from '../../query-protocol.ts';
import type { ObjectStore } from '../../states/distributed/object-store.ts';
import type { Stacks } from '../stacks.ts';
import type { Input } from './input.ts';

/** What the operations work on. */
export interface ApiContext {
  readonly stacks: Stacks;
  /** Where templates are that a call gives the URL of. */
  readonly objects: Pick<ObjectStore, 'read'>;
  readonly endpointUrl: string;
}

/** Resolves to the result's members; to nothing for operations whose answers have no result. */
export type Operation = (input: Input, context: ApiContext) => Promise<XmlMembers | undefined>;
