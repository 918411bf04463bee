import { isJsonObject, type Json, type JsonObject } from './json.ts';
import type { StateVisit } from './state-visit.ts';
import { runtimeError } from './states-error.ts';
import { evaluateAs, type Template } from './template.ts';

/** What a Map iterates over. */
export interface MapItems {
  readonly items: readonly Json[];
  /** Whether they are the members of an object, each a `Key` and a `Value`. */
  readonly areMembers: boolean;
}

/** The items of a Map that are in the state's data: `Items`, else its input. Throws `StatesError`. */
export async function itemsOf(visit: StateVisit, items: Template | undefined): Promise<readonly Json[]> {
  if (items !== undefined) return evaluateAs(items, visit.scope(), 'array', isArray);
  const { value } = visit.input;
  if (isArray(value)) return value;
  throw runtimeError('A Map state without Items needs an array as its input.');
}

/**
 * As {@link itemsOf}, for a Distributed Map, which iterates over the members of an object too.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export async function itemsOrMembersOf(visit: StateVisit, items: Template | undefined): Promise<MapItems> {
  const value =
    items === undefined
      ? visit.input.value
      : await evaluateAs(items, visit.scope(), 'array or object', isIterable);
  if (isArray(value)) return { items: value, areMembers: false };
  if (!isJsonObject(value)) {
    throw runtimeError('A Map state without Items needs an array or an object as its input.');
  }
  return { items: Object.entries(value).map(([Key, Value]) => ({ Key, Value })), areMembers: true };
}

/** An item in the context object, with where it came from: a member stands there by its key. */
export function contextItem(Index: number, item: Json, areMembers: boolean, Source?: string): JsonObject {
  const source = Source === undefined ? {} : { Source };
  return areMembers && isJsonObject(item) ? { Index, ...item, ...source } : { Index, Value: item, ...source };
}

/** The value of a field that counts something, such as `MaxConcurrency`. Throws `StatesError`. */
export async function countOf(visit: StateVisit, template: Template): Promise<number> {
  return evaluateAs(template, visit.scope(), 'non-negative integer', isCount);
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isIterable(value: Json): value is readonly Json[] | JsonObject {
  return typeof value === 'object' && value !== null;
}

function isCount(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
