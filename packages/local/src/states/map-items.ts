import { Member } from './distributed/read-items.ts';
import type { StateVisit } from './state-visit.ts';
import { evaluateAs, type Template } from './template.ts';
import { isJsonObject, type Json, type JsonObject, runtimeError } from './values.ts';

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
export async function itemsOrMembersOf(
  visit: StateVisit,
  items: Template | undefined,
): Promise<readonly Json[]> {
  const value =
    items === undefined
      ? visit.input.value
      : await evaluateAs(items, visit.scope(), 'array or object', isIterable);
  if (isArray(value)) return value;
  if (isJsonObject(value)) return Object.entries(value).map(([key, member]) => new Member(key, member));
  throw runtimeError('A Map state without Items needs an array or an object as its input.');
}

/** An item in the context object, with where it came from: a member stands there by its key. */
export function contextItem(Index: number, item: Json, Source?: string): JsonObject {
  const source = Source === undefined ? {} : { Source };
  return item instanceof Member ? { Index, ...item, ...source } : { Index, Value: item, ...source };
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
