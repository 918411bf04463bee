import { isObject, type Json, type JsonObject } from '../template/json.ts';
import { TemplateError } from '../template/template-error.ts';

/** What a call gives of a parameter. */
export interface GivenParameter {
  readonly key: string;
  readonly value?: string;
  readonly usePreviousValue: boolean;
}

/**
 * The values of a template's parameters that do not have their defaults. Throws {@link TemplateError} in the words of
 * CloudFormation.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
export function parameterValues(
  declared: JsonObject,
  given: readonly GivenParameter[],
  previous: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const unknown = given.filter(({ key }) => declared[key] === undefined).map(({ key }) => key);
  if (unknown.length > 0)
    throw parameterError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const values = Object.fromEntries(
    given.flatMap(({ key, value, usePreviousValue }) => {
      const chosen = usePreviousValue ? (previous[key] ?? defaultOf(declared[key])) : value;
      return chosen === undefined ? [] : [[key, chosen] as const];
    }),
  );
  const missing = Object.keys(declared).filter(
    (key) => values[key] === undefined && defaultOf(declared[key]) === undefined,
  );
  if (missing.length > 0) throw parameterError(`Parameters: [${missing.join(', ')}] must have values`);
  for (const [key, value] of Object.entries(values)) check(key, value, Object(declared[key]));
  return values;
}

/** Its message alone is CloudFormation's. */
function parameterError(message: string): TemplateError {
  return new TemplateError('Parameters', message.replace(/^Parameters: /, ''));
}

export function defaultOf(parameter: Json | undefined): string | undefined {
  const value = isObject(parameter) ? parameter['Default'] : undefined;
  return value === undefined ? undefined : String(value);
}

/** The constraints, each with what CloudFormation says of a value that does not hold to it. */
const CONSTRAINTS: Readonly<
  Record<string, (value: string, limit: Json) => readonly [holds: boolean, demand: string]>
> = {
  AllowedValues: (value, limit) => [
    Array.isArray(limit) && limit.map(String).includes(value),
    `must be one of AllowedValues: ${[limit].flat().join(', ')}`,
  ],
  AllowedPattern: (value, limit) => [
    new RegExp(`^(?:${limit})$`, 'u').test(value),
    `must match pattern ${limit}`,
  ],
  MinLength: (value, limit) => [value.length >= Number(limit), `must contain at least ${limit} characters`],
  MaxLength: (value, limit) => [value.length <= Number(limit), `must contain at most ${limit} characters`],
  MinValue: (value, limit) => [Number(value) >= Number(limit), `must be a number not less than ${limit}`],
  MaxValue: (value, limit) => [Number(value) <= Number(limit), `must be a number not greater than ${limit}`],
};

function check(key: string, value: string, parameter: JsonObject): void {
  const path = `Parameters.${key}`;
  const said = parameter['ConstraintDescription'];
  if (parameter['Type'] === 'Number' && (value === '' || Number.isNaN(Number(value)))) {
    throw new TemplateError(path, `Parameter '${key}' must be a number`);
  }
  for (const [name, holdsTo] of Object.entries(CONSTRAINTS)) {
    const limit = parameter[name];
    if (limit === undefined) continue;
    const [holds, demand] = holdsTo(value, limit);
    if (!holds)
      throw new TemplateError(
        path,
        `Parameter '${key}' ${typeof said === 'string' ? `failed to satisfy constraint: ${said}` : demand}`,
      );
  }
}
