import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { IntrinsicArgumentError, type IntrinsicFunction, stringIn } from './intrinsic-function.ts';

/** Text without anything in it is null, as AWS was seen to have it. */
function stringToJson([value]: readonly Json[]): Json {
  const text = stringIn(value);
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new IntrinsicArgumentError('the string is not JSON');
  }
}

/** Merges the members of two objects; those of the second win. */
function merge([first, second, isDeep]: readonly Json[]): JsonObject {
  if (!isJsonObject(first) || !isJsonObject(second))
    throw new IntrinsicArgumentError('two objects are needed');
  if (isDeep !== false) {
    throw new IntrinsicArgumentError('the third argument must be false: Step Functions merges no deeper');
  }
  return { ...first, ...second };
}

/** "Intrinsics for JSON data manipulation". */
export const jsonFunctions: readonly IntrinsicFunction[] = [
  { name: 'States.StringToJson', min: 1, max: 1, run: stringToJson },
  { name: 'States.JsonToString', min: 1, max: 1, run: ([value]) => JSON.stringify(value) },
  { name: 'States.JsonMerge', min: 3, max: 3, run: merge },
];
