import type { Json, JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';

/** Fields that take any JSON, as the text that their service takes. */
export function withJsonTexts(args: JsonObject, jsonFields: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(args).map(([field, value]) => [field, jsonFields.includes(field) ? asText(value) : value]),
  );
}

function asText(value: Json): Json {
  return typeof value === 'string' || value === null ? value : JSON.stringify(value);
}

/** The entries of `putEvents`: details as texts, and the execution and its machine among the resources. */
export function withOwnResources(args: JsonObject, own: readonly string[]): JsonObject {
  const { Entries } = args;
  if (!Array.isArray(Entries)) return args;
  const entries = Entries.map((entry: Json) => {
    if (!isJsonObject(entry)) return entry;
    const { Resources } = entry;
    const resources = Array.isArray(Resources) ? Resources : [];
    return { ...withJsonTexts(entry, ['Detail']), Resources: [...resources, ...own] };
  });
  return { ...args, Entries: entries };
}
