import type { StateVisit } from './state-visit.ts';
import { evaluateAs, type Template } from './template.ts';
import { type Json, type JsonObject, runtimeError } from './values.ts';

/** The items of a Map that are in the state's data: `Items`, else its input. Throws `StatesError`. */
export async function itemsOf(visit: StateVisit, items: Template | undefined): Promise<readonly Json[]> {
  if (items !== undefined) return evaluateAs(items, visit.scope(), 'array', isArray);
  const { value } = visit.input;
  if (isArray(value)) return value;
  throw runtimeError('A Map state without Items needs an array as its input.');
}

/** An item in the context object, with where it came from. */
export function contextItem(Index: number, Value: Json, Source?: string): JsonObject {
  return { Index, Value, ...(Source === undefined ? {} : { Source }) };
}

/** The value of a field that counts something, such as `MaxConcurrency`. Throws `StatesError`. */
export async function countOf(visit: StateVisit, template: Template): Promise<number> {
  return evaluateAs(template, visit.scope(), 'non-negative integer', isCount);
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isCount(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
