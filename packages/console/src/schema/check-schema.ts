import type { Schema } from './schema.ts';

/** A rule of a schema, by its keyword. */
export type Rule = Exclude<keyof Schema, 'title' | 'description' | `x-${string}` | 'examples' | 'default'>;

export interface SchemaProblem {
  /** Names of fields, from the outside in; of a field that is missing or not known, with its own. */
  readonly path: readonly string[];
  readonly rule: Rule;
  /** What the schema has for it. */
  readonly limit: unknown;
}

type Check = (value: unknown, schema: Schema) => readonly SchemaProblem[];

/** What an input breaks of its schema; a field of the wrong type breaks nothing else. */
export function problemsOf(schema: Schema, value: unknown): readonly SchemaProblem[] {
  if (schema.type !== undefined && !isOfType(value, schema.type)) return [problem('type', schema)];
  return RULES.flatMap(([rule, check]) => (schema[rule] === undefined ? [] : check(value, schema)));
}

const problem = (rule: Rule, schema: Schema, path: readonly string[] = []): SchemaProblem => ({
  path,
  rule,
  limit: schema[rule],
});

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'string':
    case 'boolean':
      return typeof value === type;
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      throw new Error(`A schema has the type ${type}, which is not known here.`);
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON Schema passes over values that a rule is not about. */
const ofText =
  (rule: Rule, isGood: (text: string, schema: Schema) => boolean): Check =>
  (value, schema) =>
    typeof value !== 'string' || isGood(value, schema) ? [] : [problem(rule, schema)];

const ofNumber =
  (rule: Rule & `${string}imum`, isGood: (number: number, limit: number) => boolean): Check =>
  (value, schema) =>
    typeof value !== 'number' || isGood(value, schema[rule] ?? 0) ? [] : [problem(rule, schema)];

const ofObject =
  (check: (value: Readonly<Record<string, unknown>>, schema: Schema) => readonly SchemaProblem[]): Check =>
  (value, schema) =>
    isObject(value) ? check(value, schema) : [];

const has = (object: object, name: string): boolean => Object.hasOwn(object, name);

const RULES: readonly (readonly [Rule, Check])[] = [
  ['const', (value, schema) => (value === schema.const ? [] : [problem('const', schema)])],
  ['minLength', ofText('minLength', (text, { minLength = 0 }) => [...text].length >= minLength)],
  ['maxLength', ofText('maxLength', (text, { maxLength = 0 }) => [...text].length <= maxLength)],
  ['pattern', ofText('pattern', (text, { pattern = '' }) => new RegExp(pattern, 'u').test(text))],
  ['minimum', ofNumber('minimum', (number, limit) => number >= limit)],
  ['exclusiveMinimum', ofNumber('exclusiveMinimum', (number, limit) => number > limit)],
  ['maximum', ofNumber('maximum', (number, limit) => number <= limit)],
  ['exclusiveMaximum', ofNumber('exclusiveMaximum', (number, limit) => number < limit)],
  [
    'required',
    ofObject((value, schema) =>
      (schema.required ?? [])
        .filter((name) => !has(value, name))
        .map((name) => problem('required', schema, [name])),
    ),
  ],
  [
    'additionalProperties',
    ofObject((value, schema) =>
      Object.keys(value)
        .filter((name) => schema.additionalProperties === false && !has(schema.properties ?? {}, name))
        .map((name) => problem('additionalProperties', schema, [name])),
    ),
  ],
  [
    'properties',
    ofObject((value, schema) =>
      Object.entries(schema.properties ?? {})
        .filter(([name]) => has(value, name))
        .flatMap(([name, field]) =>
          problemsOf(field, value[name]).map((found) => ({ ...found, path: [name, ...found.path] })),
        ),
    ),
  ],
  ['allOf', (value, schema) => (schema.allOf ?? []).flatMap((part) => problemsOf(part, value))],
  [
    'not',
    (value, schema) => (problemsOf(schema.not ?? {}, value).length > 0 ? [] : [problem('not', schema)]),
  ],
];
