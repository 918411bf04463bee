import type { Json, JsonObject } from '../json.ts';

/** The fields that states have in JSONPath and not in JSONata, as they are once validated. */
export interface JsonPathFields {
  readonly InputPath?: string | null;
  readonly Parameters?: JsonObject;
  readonly Result?: Json;
  readonly ResultSelector?: JsonObject;
  readonly ResultPath?: string | null;
  readonly OutputPath?: string | null;
  readonly Assign?: JsonObject;
  readonly ItemSelector?: JsonObject;
}

export function jsonPathFieldsOf(owner: object): JsonPathFields {
  return owner as JsonPathFields;
}

/** Fields of a Distributed Map that have fields of their own. */
export const SETTINGS: ReadonlySet<string> = new Set(['ItemReader', 'ItemBatcher', 'ResultWriter']);
