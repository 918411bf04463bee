import { checkSize } from '../limits.ts';
import { isNumeric, toDouble } from '../numbers/numeric.ts';
import { isArray, isObject, memberOf, type ObjectValue, toInt, type Value } from '../value.ts';
import type { FunctionDefinition } from './definition.ts';

/** Null, Undefined and collections. Source: AWS IoT developer guide, "Functions". */
export const valueFunctions: Readonly<Record<string, FunctionDefinition>> = {
  isnull: { fewest: 1, most: 1, evaluate: ([value]) => value === null },
  isundefined: { fewest: 1, most: 1, evaluate: ([value]) => value === undefined },
  nanvl: { fewest: 2, most: 2, evaluate: ([value, fallback]) => value ?? fallback },
  get_or_default: {
    fewest: 1,
    most: 2,
    isRescue: true,
    evaluate: ([value, fallback]) => value ?? fallback,
  },
  get: { fewest: 2, most: 2, allAt: 0, evaluate: ([collection, key]) => get(collection, key) },
  transform: {
    fewest: 3,
    most: 3,
    // "Parameters that switch the mode of a function … do not support variables" (SET clause).
    check: ([mode]) => (mode?.type === 'variable' ? 'its mode takes no variable; write it out' : undefined),
    evaluate: transform,
  },
};

/** No conversion of the first argument; an index is converted to Int, a key is not converted. */
function get(collection: Value, key: Value): Value {
  if (isArray(collection) || typeof collection === 'string') {
    const index = toInt(key);
    return isNumeric(index) ? collection[toDouble(index)] : undefined;
  }
  return typeof key === 'string' ? memberOf(collection, key) : undefined;
}

function transform([mode, object, array]: readonly Value[]): Value {
  if (mode !== 'enrichArray' || !isObject(object) || !isArray(array) || !array.every(isObject)) {
    return undefined;
  }
  const enriched = (array as readonly ObjectValue[]).map((element) => ({ ...element, ...object }));
  checkSize(enriched, 'the array that transform gives');
  return enriched;
}
