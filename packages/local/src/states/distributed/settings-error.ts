import type { Json } from '../json.ts';
import { runtimeError, type StatesError } from '../states-error.ts';

/** The failure of a field of a Distributed Map whose expressions gave what it does not take. */
export function settingsError(field: string, expected: string, value: Json | undefined): StatesError {
  return runtimeError(
    `The field '${field}' must be ${expected}, but was ${JSON.stringify(value) ?? 'missing'}.`,
  );
}
