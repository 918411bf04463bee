import { parseDocument, type Tags, YAMLMap, type YAMLSeq } from 'yaml';
import { RegexTimeoutError, withinTime } from '../bounded-regex.ts';
import { isObject, type Json, type JsonObject, TemplateError } from '../template/template.ts';

/** Values that a template's parameters can't have, in CloudFormation's words. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError';
}

/** What a call gives of a parameter. */
interface GivenParameter {
  readonly key: string;
  readonly value?: string;
  readonly usePreviousValue: boolean;
}

/**
 * The values of a template's parameters that do not have their defaults. Throws {@link ParameterError}.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
export function parameterValues(
  declared: JsonObject,
  given: readonly GivenParameter[],
  previous: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const unknown = given.filter(({ key }) => declared[key] === undefined).map(({ key }) => key);
  if (unknown.length > 0)
    throw new ParameterError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const values = Object.fromEntries(
    given.flatMap(({ key, value, usePreviousValue }) => {
      const chosen = usePreviousValue ? (previous[key] ?? defaultOf(declared[key])) : value;
      return chosen === undefined ? [] : [[key, chosen] as const];
    }),
  );
  const missing = Object.keys(declared).filter(
    (key) => values[key] === undefined && defaultOf(declared[key]) === undefined,
  );
  if (missing.length > 0) throw new ParameterError(`Parameters: [${missing.join(', ')}] must have values`);
  for (const [key, value] of Object.entries(values)) check(key, value, Object(declared[key]));
  return values;
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
  AllowedPattern: (value, limit) => [matches(value, String(limit)), `must match pattern ${limit}`],
  MinLength: (value, limit) => [value.length >= Number(limit), `must contain at least ${limit} characters`],
  MaxLength: (value, limit) => [value.length <= Number(limit), `must contain at most ${limit} characters`],
  MinValue: (value, limit) => [Number(value) >= Number(limit), `must be a number not less than ${limit}`],
  MaxValue: (value, limit) => [Number(value) <= Number(limit), `must be a number not greater than ${limit}`],
};

function matches(value: string, pattern: string): boolean {
  try {
    const regex = new RegExp(`^(?:${pattern})$`);
    return withinTime(regex, value, () => regex.test(value));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RegexTimeoutError)) throw error;
    throw new ParameterError(`AllowedPattern ${pattern} can't be used: ${error.message}`);
  }
}

function check(key: string, value: string, parameter: JsonObject): void {
  const { ConstraintDescription: said, Type: type } = parameter;
  if (type === 'Number' && (value === '' || Number.isNaN(Number(value)))) {
    throw new ParameterError(`Parameter '${key}' must be a number`);
  }
  for (const [name, holdsTo] of Object.entries(CONSTRAINTS)) {
    const limit = parameter[name];
    if (limit === undefined) continue;
    const [holds, demand] = holdsTo(value, limit);
    if (holds) continue;
    const reason = typeof said === 'string' ? `failed to satisfy constraint: ${said}` : demand;
    throw new ParameterError(`Parameter '${key}' ${reason}`);
  }
}

/** The short forms of intrinsic functions: `!Sub text` is `{ "Fn::Sub": "text" }`. */
const FUNCTIONS = [
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'ForEach',
  'GetAZs',
  'GetAtt',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
  'ToJsonString',
  'Transform',
];

const LONG_FORMS: ReadonlyMap<string, string> = new Map([
  ...FUNCTIONS.map((name) => [`!${name}`, `Fn::${name}`] as const),
  ['!Condition', 'Condition'],
  ['!Ref', 'Ref'],
]);

/** Each tag may stand before a scalar, a list or a mapping, which becomes the argument. */
const TAGS: Tags = [...LONG_FORMS].flatMap(([tag, name]) => {
  const resolve = (argument: YAMLMap.Parsed | YAMLSeq.Parsed) => {
    const call = new YAMLMap();
    call.set(name, argument);
    return call;
  };
  return [
    { tag, resolve: (text: string) => ({ [name]: text }) },
    { tag, collection: 'seq' as const, resolve },
    { tag, collection: 'map' as const, resolve },
  ];
});

/** A template in YAML as JSON, with short forms written out. Throws {@link TemplateError}. */
export function jsonOfYaml(text: string): string {
  try {
    // By this schema `2012-10-17` is text.
    const document = parseDocument(text, { version: '1.2', schema: 'core', customTags: TAGS, merge: true });
    for (const problem of [...document.errors, ...document.warnings]) throw problem;
    return JSON.stringify(document.toJS() ?? null);
  } catch (problem) {
    const reason = problem instanceof Error ? problem.message.trim() : String(problem);
    throw new TemplateError('Template format error', `YAML not well-formed. (${reason})`);
  }
}
