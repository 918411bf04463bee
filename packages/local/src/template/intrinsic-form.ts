import type { JsonObject } from './json.ts';

/** `{ "Fn::X": argument }` or `{ "Ref": argument }`: an object of that one key. `undefined` for any other object. */
export function findIntrinsic(
  object: JsonObject,
): { readonly name: string; readonly argument: JsonObject[string] } | undefined {
  const [entry, ...others] = Object.entries(object);
  if (entry === undefined || others.length > 0) return undefined;
  const [name, argument] = entry;
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument } : undefined;
}
